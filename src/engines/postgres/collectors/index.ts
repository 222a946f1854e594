import type { AnyCollector } from "../../engine.ts";
import type { PostgresSession } from "../session.ts";
import { columnStatistics } from "./column-statistics.ts";
import { constraints } from "./constraints.ts";
import { databaseCounters } from "./database-counters.ts";
import { indexes } from "./indexes.ts";
import { lockWaits } from "./lock-waits.ts";
import { plans } from "./plans.ts";
import { server } from "./server.ts";
import { sessions } from "./sessions.ts";
import { settings } from "./settings.ts";
import { statements } from "./statements.ts";
import { tableStatistics } from "./table-statistics.ts";
import { tables } from "./tables.ts";

/**
 * In collecting order. Contention comes first, while it lasts; usage counters come before the plans, because EXPLAIN
 * itself counts index scans; the plans need the statements.
 */
export const collectors: readonly AnyCollector<PostgresSession>[] = [
  server,
  sessions,
  lockWaits,
  statements,
  settings,
  databaseCounters,
  tableStatistics,
  indexes,
  tables,
  constraints,
  columnStatistics,
  plans,
];
