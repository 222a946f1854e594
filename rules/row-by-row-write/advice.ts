import type { LoopTarget } from "../../src/computed/loop-conditions.ts";
import type { BatchedStatement } from "../../src/computed/loop-key-list.ts";
import { ORM_NAMES, repeatedTables } from "../../src/computed/loop-words.ts";
import type { OrmId, QueryLoop, RecommendationDraft } from "../../src/rule.ts";
import { formatCount } from "../../src/util/units.ts";

export interface WriteAdvice {
  readonly loop: QueryLoop;
  readonly batch: BatchedStatement | null;
  readonly target: LoopTarget | null;
  readonly isCopyWorthIt: boolean;
}

/** A longer statement stands in the evidence alone. */
const MAX_SHOWN_SQL = 200;
const ALL_AT_ONCE = "All rows of a batch are written or none: one bad row refuses the others.";

/** First the form of the program's own library, then the statement that it comes to. */
export function writeAdvice(advice: WriteAdvice): readonly RecommendationDraft[] {
  const form = ormForm(advice);
  const sql = sqlAdvice(advice);
  return [
    ...(form === null ? [] : [draft(form, [ALL_AT_ONCE])]),
    ...(form !== null && advice.batch === null ? [] : [draft(sql, [ALL_AT_ONCE, ...(advice.batch?.risks ?? [])])]),
    ...(advice.isCopyWorthIt && advice.target?.command === "insert" ? [copyAdvice(advice)] : []),
  ];
}

type WriteCommand = "insert" | "update" | "delete";

/** An update has a form of its own only where every row gets the same values. */
const FORMS: Readonly<Record<OrmId, Readonly<Record<WriteCommand, string>>>> = {
  sequelize: {
    insert: "`bulkCreate` with all rows",
    update: "`update` with a list of keys in its `where`",
    delete: "`destroy` with a list of keys in its `where`",
  },
  typeorm: {
    insert: "`insert` with an array of all rows",
    update: "`update` with `In(keys)`",
    delete: "`delete` with `In(keys)`",
  },
  prisma: {
    insert: "`createMany` with all rows",
    update: "`updateMany` with `in` over the keys",
    delete: "`deleteMany` with `in` over the keys",
  },
  drizzle: {
    insert: "`insert` with an array of all rows in `values`",
    update: "`update` with `inArray` over the keys",
    delete: "`delete` with `inArray` over the keys",
  },
  "mikro-orm": {
    insert: "`insertMany` with all rows, or one `flush` behind the loop",
    update: "`nativeUpdate` with a list of keys, or one `flush` behind the loop",
    delete: "`nativeDelete` with a list of keys",
  },
  objection: {
    insert: "`insert` with an array of all rows (PostgreSQL)",
    update: "`patch` with `whereIn` over the keys",
    delete: "`delete` with `whereIn` over the keys",
  },
  knex: {
    insert: "`insert` with an array of all rows, or `batchInsert`",
    update: "`update` with `whereIn` over the keys",
    delete: "`delete` with `whereIn` over the keys",
  },
};

function ormForm({ loop, target, batch }: WriteAdvice): string | null {
  const { orm } = loop;
  if (orm === null || target === null || loop.repeated.length > 1 || target.command === "select") return null;
  // Without a condition over all keys each row gets values of its own, or the text does not say.
  if (target.command === "update" && (batch?.condition ?? null) === null) return null;
  return `${VERBS[target.command]} ${tablesOf(loop)} at once${insteadOf(loop)}: with ${ORM_NAMES[orm]}, ${FORMS[orm][target.command]}.`;
}

const VERBS: Readonly<Record<WriteCommand, string>> = {
  insert: "Insert the rows of",
  update: "Update the rows of",
  delete: "Delete the rows of",
};

function sqlAdvice({ loop, batch }: WriteAdvice): string {
  const head = `Write the rows of ${tablesOf(loop)} in one statement${insteadOf(loop)}`;
  if (batch === null) return `${head}: collect the rows in the loop and send them behind it.`;
  const shown = batch.sql.length <= MAX_SHOWN_SQL ? `: \`${batch.sql}\`` : " (batched statement, in the evidence)";
  return `${head}${shown}.`;
}

function copyAdvice({ loop }: WriteAdvice): RecommendationDraft {
  return draft(`Load so many rows of ${tablesOf(loop)} with \`copy … from stdin\`, which needs no statement a row.`, [
    "copy knows no on conflict: load into a temporary table first where keys may exist.",
  ]);
}

function tablesOf({ repeated }: QueryLoop): string {
  return repeatedTables(repeated) ?? "this loop";
}

/** Nothing says of a ratio how many repeats one run has. */
function insteadOf({ most, scopeClass }: QueryLoop): string {
  return scopeClass === "aggregate" ? "" : ` instead of ${formatCount(most)} times`;
}

function draft(summary: string, risks: readonly string[]): RecommendationDraft {
  return { action: { kind: "advice" }, summary, verified: "estimate", risks };
}
