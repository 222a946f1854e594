import type { DeadlockKind } from "../../src/computed/deadlock-kinds.ts";
import type { DeadlockRemedy } from "../../src/computed/deadlock-remedy.ts";
import { statementLabel } from "../../src/computed/logged-locks.ts";
import { statementTarget } from "../../src/computed/statement-target.ts";
import type { EngineId, RecommendationDraft } from "../../src/rule.ts";
import { assertNever } from "../../src/util/assert-never.ts";

const RETRIED_ERROR: Readonly<Record<EngineId, string>> = {
  postgres: "SQLSTATE 40P01 (deadlock_detected)",
  mysql: "error 1213 (SQLSTATE 40001)",
  mariadb: "error 1213 (SQLSTATE 40001)",
};

/** First what removes the deadlock, then what lives with it. */
export function deadlockAdvice(kind: DeadlockKind, engine: EngineId | null): readonly RecommendationDraft[] {
  return [
    {
      action: { kind: "advice" },
      summary: summaryOf(kind, engine),
      verified: "estimate",
      risks:
        kind.remedy.kind === "unknown"
          ? []
          : [
              "This is read from the waits in the log: a trigger or a foreign key may lock more than the statements show.",
            ],
    },
    {
      action: { kind: "advice" },
      summary: `Run the whole transaction again, after a short random pause, when it fails with ${engine === null ? "the error of a deadlock" : RETRIED_ERROR[engine]}.`,
      verified: "estimate",
      risks: ["A retry repeats the work and the wait; it does not remove the deadlock."],
    },
  ];
}

function summaryOf({ remedy, statements, example }: DeadlockKind, engine: EngineId | null): string {
  switch (remedy.kind) {
    case "relation-order":
      return relationOrder(remedy);
    case "row-order":
      return rowOrder(
        remedy.relation,
        statements.map(({ query }) => query),
      );
    case "index-order":
      return `Find the rows of ${remedy.relation} through one index in every transaction (read the keys first, then change the rows by their key): these sessions took ${remedy.indexes.join(" and ")} in opposite order.`;
    case "row-upgrade":
      return `Lock the rows of ${remedy.relation} exclusively from the start (select … for update) instead of sharing them first: two sessions that share a row and then change it wait for each other, whatever the order.`;
    case "table-upgrade": {
      const mode = example.members[0]?.member.waitsFor?.mode ?? "its strongest mode";
      return `Lock ${remedy.relation} in the strongest mode first (lock table, ${mode}) in every transaction that needs it, before it reads or writes there: two sessions that use a table already cannot both lock it.`;
    }
    case "foreign-key-upgrade":
      return `Where ${remedy.child} refers to ${remedy.relation}, lock the row of ${remedy.relation} (select … for update) before the insert into ${remedy.child}: the insert has probably shared that row, and two sessions that share it cannot both lock it.`;
    case "duplicate-key":
      return `Do not let several sessions insert one key of ${remedy.relation} at once, or use insert … on duplicate key update, which locks the record exclusively: a plain insert that meets its key shares the record, and two that share it cannot both go on.`;
    case "gap-lock":
      return `Run these transactions at READ COMMITTED, which takes no gap locks for searches, or insert into ${remedy.relation} first and change the row where its key exists: each locked gap keeps the other session's insert out.`;
    case "advisory-order":
      return "Take the advisory locks in the order of their keys in every transaction.";
    case "unknown":
      return unknownOrder(engine);
    default:
      return assertNever(remedy);
  }
}

function relationOrder({ order, turn, rowsOf }: Extract<DeadlockRemedy, { kind: "relation-order" }>): string {
  const late = turn.map(({ holder, held, wanted }) => {
    return `${statementLabel(holder.member.statement)} wanted ${wanted} while its transaction held ${held}`;
  });
  const rows = rowsOf.length === 0 ? "" : `; within ${rowsOf.join(" and ")}, take the rows in the order of their key`;
  return `Take the locks in one order in every transaction: first ${order.join(", then ")}. The other way round now: ${late.join("; ")}${rows}.`;
}

function rowOrder(relation: string, queries: readonly string[]): string {
  const isInsert = queries.length > 0 && queries.every((query) => statementTarget(query).command === "insert");
  if (isInsert) return `Insert the rows of ${relation} in the order of their unique key: sort them in the application.`;
  return `Change the rows of ${relation} in the order of their key in every transaction: lock them before with select … for update and an order by on the key, or sort the ids in the application.`;
}

function unknownOrder(engine: EngineId | null): string {
  const more =
    engine === "postgres"
      ? "log_min_duration_statement = 0 for a while shows the statements before"
      : "innodb_print_all_deadlocks = on and a general log for a while show the statements before";
  return `Take the locks in one order in every transaction, and keep the transactions short; the log does not show the order in which these were taken (${more}).`;
}
