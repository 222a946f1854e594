import type { Rule } from "../src/rule.ts";
import autovacuumCancelled from "./autovacuum-cancelled/index.ts";
import blockedSession from "./blocked-session/index.ts";
import cartesianExplosion from "./cartesian-explosion/index.ts";
import chattyTransaction from "./chatty-transaction/index.ts";
import checkpointPressure from "./checkpoint-pressure/index.ts";
import connectionRefused from "./connection-refused/index.ts";
import connectionSaturation from "./connection-saturation/index.ts";
import deadTuples from "./dead-tuples/index.ts";
import deadlock from "./deadlock/index.ts";
import duplicateIndex from "./duplicate-index/index.ts";
import errorBurst from "./error-burst/index.ts";
import idleInTransaction from "./idle-in-transaction/index.ts";
import invalidIndex from "./invalid-index/index.ts";
import lockWaitChain from "./lock-wait-chain/index.ts";
import lowCacheHitRatio from "./low-cache-hit-ratio/index.ts";
import missingIndex from "./missing-index/index.ts";
import nPlusOne from "./n-plus-one/index.ts";
import planChange from "./plan-change/index.ts";
import redundantIndex from "./redundant-index/index.ts";
import redundantQuery from "./redundant-query/index.ts";
import rowByRowWrite from "./row-by-row-write/index.ts";
import slowStatement from "./slow-statement/index.ts";
import staleStatistics from "./stale-statistics/index.ts";
import statementStatisticsOff from "./statement-statistics-off/index.ts";
import statementTimeout from "./statement-timeout/index.ts";
import temporaryFileSpill from "./temporary-file-spill/index.ts";
import unindexedForeignKey from "./unindexed-foreign-key/index.ts";
import unusedIndex from "./unused-index/index.ts";

/** Every built-in rule, sorted by id. */
export const rules: readonly Rule[] = [
  autovacuumCancelled,
  blockedSession,
  cartesianExplosion,
  chattyTransaction,
  checkpointPressure,
  connectionRefused,
  connectionSaturation,
  deadTuples,
  deadlock,
  duplicateIndex,
  errorBurst,
  idleInTransaction,
  invalidIndex,
  lockWaitChain,
  lowCacheHitRatio,
  missingIndex,
  nPlusOne,
  planChange,
  redundantIndex,
  redundantQuery,
  rowByRowWrite,
  slowStatement,
  staleStatistics,
  statementStatisticsOff,
  statementTimeout,
  temporaryFileSpill,
  unindexedForeignKey,
  unusedIndex,
];
