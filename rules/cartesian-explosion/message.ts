import { statementLabel } from "../../src/computed/logged-locks.ts";
import { joinWidth } from "../../src/computed/loop-joins.ts";
import { loopOwner, ORM_NAMES, placeWords } from "../../src/computed/loop-words.ts";
import type { OrmId, RecommendationDraft, WideJoin } from "../../src/rule.ts";
import { printable } from "../../src/util/text.ts";
import { formatCount, plural } from "../../src/util/units.ts";

/** `GET /posts reads 12,000 rows for 20 entities: a join of posts, comments and tags (src/posts.ts:9).` */
export function headlineOf(join: WideJoin, tables: readonly string[] | null): string {
  const { rows, entities, executions, callSite } = join;
  const owner = loopOwner({ ...join, scopeClass: "trace" });
  const what = tables === null ? statementLabel(join.statement, 60) : `a join of ${listOf(tables)}`;
  const runs = Math.max(1, executions);
  const amount =
    entities === null
      ? `Suspected: ${owner} reads ${plural(rows / runs, "row")} at once`
      : `${owner} reads ${plural(rows / runs, "row")} for ${plural(entities / runs, "entity", "entities")}`;
  return `${amount}: ${what}${placeWords(callSite)}.`;
}

/** Rows against entities, and why they multiply. */
export function messageOf(join: WideJoin, tables: readonly string[] | null): string {
  const { rows, entities, executions } = join;
  const { rowsPerEntity } = joinWidth(join);
  const times = `${plural(executions, "execution")} returned ${plural(rows, "row")}`;
  const width =
    entities === null || rowsPerEntity === null
      ? "; the entities among them were not counted, so that this is a hint only"
      : ` for ${plural(entities, "entity", "entities")}: each one comes ${plural(rowsPerEntity, "time")}`;
  const why =
    tables === null
      ? "Where a join has several has-many relations, every row of one comes with every row of the others"
      : `Where two of ${listOf(tables)} are has-many relations of one entity, every row of one comes with every row of the other`;
  return `${times}${width}. ${why}, and all of it is sent and taken apart again.`;
}

const FORMS: Readonly<Record<OrmId, string>> = {
  sequelize: "`separate: true` on the second `include`",
  typeorm: '`relationLoadStrategy: "query"`',
  prisma: '`relationLoadStrategy: "query"`',
  drizzle: "a query of its own with `inArray` over the keys of the first",
  "mikro-orm": '`strategy: "select-in"`',
  objection: "`withGraphFetched` in place of `withGraphJoined`",
  knex: "a query of its own with `whereIn` over the keys of the first",
};

export function adviceOf({ orm }: WideJoin, tables: readonly string[] | null): RecommendationDraft {
  const how =
    orm === null
      ? "by its own query with the keys of the first (one more statement for each relation)"
      : `by its own query: with ${ORM_NAMES[orm]}, ${FORMS[orm]}`;
  const of = tables === null ? "" : ` among ${listOf(tables.slice(1))}`;
  return {
    action: { kind: "advice" },
    summary: `Load each has-many relation but the first${of} ${how}.`,
    verified: "estimate",
    risks: ["Several statements may see different states: run them in one transaction where that matters."],
  };
}

const MAX_TABLES = 5;

function listOf(tables: readonly string[]): string {
  const names = [...new Set(tables)].map(printable);
  const more = names.length - MAX_TABLES;
  if (more > 0) return `${names.slice(0, MAX_TABLES).join(", ")} and ${formatCount(more)} more`;
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
