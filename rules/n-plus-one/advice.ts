import type { LoopTarget } from "../../src/computed/loop-conditions.ts";
import type { BatchedStatement } from "../../src/computed/loop-key-list.ts";
import { ORM_NAMES, repeatedTables, sourceTable } from "../../src/computed/loop-words.ts";
import type { OrmId, QueryLoop, RecommendationDraft } from "../../src/rule.ts";
import { formatCount } from "../../src/util/units.ts";

/** What is known of one loop when advice is given. */
export interface LoopAdvice {
  readonly loop: QueryLoop;
  readonly target: LoopTarget | null;
  readonly foreignKey: string | null;
  readonly batch: BatchedStatement | null;
}

/** A longer statement stands in the evidence alone. */
const MAX_SHOWN_SQL = 200;

/** First the form of the program's own library, then the statement that it comes to. */
export function loopAdvice(advice: LoopAdvice): readonly RecommendationDraft[] {
  const { loop, batch } = advice;
  const library = [...(needsLoader(loop) ? [loaderAdvice(advice)] : []), ...ormAdvice(advice)];
  const forms = library.map((summary) => draft(summary, []));
  if (batch !== null) return [...forms, draft(sqlAdvice(advice, batch), batch.risks)];
  return forms.length > 0 ? forms : [draft(wordsAdvice(advice), [])];
}

/** Resolvers do not see each other: only something between them can put their look-ups together. */
function needsLoader({ route, repeated, source }: QueryLoop): boolean {
  return /graphql/i.test(route ?? "") || (repeated.length > 1 && source === null);
}

function loaderAdvice({ loop, target }: LoopAdvice): string {
  const keys = target === null || target.columns.length === 0 ? "" : ` by ${target.columns.join(", ")}`;
  return `Look up ${tablesOf(loop)}${loop.repeated.length === 1 ? keys : ""} through DataLoader, one loader for each request, which sends the keys of one tick as one statement${insteadOf(loop)}.`;
}

const FORMS: Readonly<Record<OrmId, (parent: string, child: string, column: string | null) => string>> = {
  sequelize: (parent, child) => `add \`include\` with the model of ${child} to the \`findAll\` of ${parent}`,
  typeorm: (parent, child) => `name the relation to ${child} in \`relations\` of the \`find\` of ${parent}`,
  prisma: (parent, child) => `name the relation to ${child} in \`include\` of the \`findMany\` of ${parent}`,
  drizzle: (parent, child) => `name the relation to ${child} in \`with\` of the \`findMany\` of ${parent}`,
  "mikro-orm": (parent, child) => `name the relation to ${child} in \`populate\` of the \`find\` of ${parent}`,
  objection: (parent, child) => `chain \`withGraphFetched\` with the relation to ${child} to the query of ${parent}`,
  knex: (parent, child, column) =>
    `collect the keys of ${parent} and read ${child} once with \`whereIn\`${column === null ? "" : ` on ${column}`}`,
};

function ormAdvice({ loop, target, foreignKey }: LoopAdvice): string[] {
  const { orm, source } = loop;
  if (orm === null) return [];
  const [parent, child] = [sourceTable(source) ?? "the rows that are looped over", tablesOf(loop)];
  const column = loop.repeated.length === 1 ? (target?.columns.join(", ") ?? null) : null;
  const by = foreignKey === null ? "" : ` (${foreignKey})`;
  const form = FORMS[orm](parent, child, column === "" ? null : column);
  return [`Load ${child} together with ${parent}${insteadOf(loop)}: with ${ORM_NAMES[orm]}, ${form}${by}.`];
}

function sqlAdvice({ loop, foreignKey }: LoopAdvice, { sql, condition }: BatchedStatement): string {
  const shown = sql.length <= MAX_SHOWN_SQL || condition === null ? sql : `… where ${condition}`;
  const by = foreignKey === null ? "" : ` by ${foreignKey}`;
  return `Read ${tablesOf(loop)} once for all keys${insteadOf(loop)}${by}: \`${shown}\`.`;
}

function wordsAdvice({ loop, foreignKey }: LoopAdvice): string {
  const by = foreignKey === null ? "" : `, by ${foreignKey}`;
  const source = sourceTable(loop.source);
  const join = source === null ? "" : `, or join it to the read of ${source}`;
  return `Read ${tablesOf(loop)} once for all keys${insteadOf(loop)}: collect the keys before the loop and look them up in one statement${by}${join}.`;
}

function tablesOf({ repeated }: QueryLoop): string {
  return repeatedTables(repeated) ?? "what the loop looks up";
}

/** Nothing says of a ratio how many repeats one run has. */
function insteadOf({ most, scopeClass }: QueryLoop): string {
  return scopeClass === "aggregate" ? "" : ` instead of ${formatCount(most)} times`;
}

function draft(summary: string, risks: readonly string[]): RecommendationDraft {
  return { action: { kind: "advice" }, summary, verified: "estimate", risks };
}
