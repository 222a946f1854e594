import type { Rule } from "../src/rule.ts";
import blockedSession from "./blocked-session/index.ts";
import connectionSaturation from "./connection-saturation/index.ts";
import deadTuples from "./dead-tuples/index.ts";
import duplicateIndex from "./duplicate-index/index.ts";
import idleInTransaction from "./idle-in-transaction/index.ts";
import invalidIndex from "./invalid-index/index.ts";
import lowCacheHitRatio from "./low-cache-hit-ratio/index.ts";
import missingIndex from "./missing-index/index.ts";
import redundantIndex from "./redundant-index/index.ts";
import slowStatement from "./slow-statement/index.ts";
import staleStatistics from "./stale-statistics/index.ts";
import statementStatisticsOff from "./statement-statistics-off/index.ts";
import temporaryFileSpill from "./temporary-file-spill/index.ts";
import unindexedForeignKey from "./unindexed-foreign-key/index.ts";
import unusedIndex from "./unused-index/index.ts";

/** Every built-in rule, sorted by id. */
export const rules: readonly Rule[] = [
  blockedSession,
  connectionSaturation,
  deadTuples,
  duplicateIndex,
  idleInTransaction,
  invalidIndex,
  lowCacheHitRatio,
  missingIndex,
  redundantIndex,
  slowStatement,
  staleStatistics,
  statementStatisticsOff,
  temporaryFileSpill,
  unindexedForeignKey,
  unusedIndex,
];
