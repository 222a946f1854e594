import type { LoggedStatement } from "../model/log.ts";
import type { CallSite, OrmId, QueryLoop, ScopeClass } from "../model/query-loop.ts";
import { assertNever } from "../util/assert-never.ts";
import { printable, truncate } from "../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../util/units.ts";
import { statementLabel } from "./logged-locks.ts";
import { loopTarget } from "./loop-conditions.ts";

const MAX_NAME = 80;
const MAX_TABLES = 3;

export const ORM_NAMES: Readonly<Record<OrmId, string>> = {
  sequelize: "Sequelize",
  typeorm: "TypeORM",
  prisma: "Prisma",
  drizzle: "Drizzle",
  "mikro-orm": "MikroORM",
  objection: "Objection",
  knex: "Knex",
};

const NAMELESS: Readonly<Record<ScopeClass, string>> = {
  trace: "One unit of work",
  transaction: "One transaction",
  stitched: "A client",
  aggregate: "A client",
};

/** What begins with a capital letter and sends the statements: `GET /orders`, an application, `One transaction`. */
export function loopOwner({
  route,
  application,
  scopeClass,
}: Pick<QueryLoop, "route" | "application" | "scopeClass">): string {
  const name = route ?? application;
  return name === null || name.trim() === "" ? NAMELESS[scopeClass] : truncate(printable(name), MAX_NAME);
}

/** ` (src/orders.ts:42)`; empty where the line is not known. */
export function placeWords(callSite: CallSite | null): string {
  return callSite === null ? "" : ` (${printable(callSite.file)}:${callSite.line})`;
}

/** `users by id`, `insert into items`, `update of users by id`; the text itself where it has no such form. */
function repeatedLabel(statement: LoggedStatement): string {
  const target = loopTarget(statement.query);
  if (target === null) return statementLabel(statement, 60);
  const { command, table, columns } = target;
  const keys = columns.length === 0 ? "" : ` by ${columns.join(", ")}`;
  const shown = printable(`${table}${keys}`);
  if (command === "insert") return `insert into ${shown}`;
  return command === "select" ? shown : `${command} of ${shown}`;
}

/** The repeated statements: `users by id`, `users by id, then addresses by user_id`. */
export function repeatedLabels(repeated: readonly LoggedStatement[]): string {
  const labels = [...new Set(repeated.map(repeatedLabel))];
  const more = labels.length - MAX_TABLES;
  return more > 0 ? `${labels.slice(0, MAX_TABLES).join(", then ")} and ${more} more` : labels.join(", then ");
}

/** Tables of the repeated statements, `users and addresses`; null where a text does not show one. */
export function repeatedTables(repeated: readonly LoggedStatement[]): string | null {
  const tables = repeated.map(({ query }) => loopTarget(query)?.table ?? null);
  if (tables.includes(null)) return null;
  const known = [...new Set(tables.flatMap((table) => table ?? []))].map(printable);
  const last = known.at(-1);
  return known.length < 2 ? (last ?? null) : `${known.slice(0, -1).join(", ")} and ${last}`;
}

/** The table that the source reads; null where it is not known. */
export function sourceTable(source: LoggedStatement | null): string | null {
  const table = source === null ? null : (loopTarget(source.query)?.table ?? null);
  return table === null ? null : printable(table);
}

/** Executions of one run with the most repeats, a cycle's statements and the source included. */
export function mostStatements({ repeated, listed, most, source }: QueryLoop): number {
  const rounds = listed.reduce((largest, { count }) => Math.max(largest, count), 0) || most;
  return rounds * repeated.length + (source === null ? 0 : 1);
}

/** `3 runs of 12 to 50 repeats, 128 executions in all`. */
export function runsWords({ runs, fewest, most, executions }: QueryLoop): string {
  const repeats = fewest === most ? plural(most, "repeat") : `${formatCount(fewest)} to ${plural(most, "repeat")}`;
  return runs === 1
    ? `1 run of ${plural(executions, "execution")}`
    : `${formatCount(runs)} runs of ${repeats}, ${plural(executions, "execution")} in all`;
}

/** `One batched statement a run saves at most 125 statements and 90 ms of database time`. */
export function lossWords({ callsSaved, savedMs }: QueryLoop, instead: string): string {
  return `${instead} saves at most ${plural(callsSaved, "statement")} and ${formatMs(savedMs)} of database time`;
}

/** Why the executions of a run are taken to belong together. */
export function proofWords({ scopeClass, chance }: Pick<QueryLoop, "scopeClass" | "chance">): string {
  switch (scopeClass) {
    case "trace":
      return "All statements of a run belong to one trace, request, or test.";
    case "transaction":
      return "All statements of a run belong to one transaction.";
    case "stitched": {
      const odds =
        chance === null
          ? ""
          : ` At the usual rate of this statement, so many so close together have a chance of ${formatShare(Math.max(chance, Number.EPSILON))}.`;
      return `Suspected, not proved: nothing in the log names the request, the statements were put together by their times.${odds}`;
    }
    case "aggregate": {
      const odds =
        chance === null
          ? ""
          : ` The chance that unrelated counters come so close is ${formatShare(chance)}, with all pairs that were compared.`;
      return `A hint only: this is a ratio of calls, and nothing shows that the executions belong together.${odds}`;
    }
    default:
      return assertNever(scopeClass);
  }
}
