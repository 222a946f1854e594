import type { LoopDialect } from "./loop-clauses.ts";
import type { KeyCondition, KeyedCondition } from "./loop-conditions.ts";

/** One statement that does the work of all repeats, as a pattern: `…` stands for more values, or a type. */
export interface BatchedStatement {
  readonly sql: string;
  /** The condition over all keys alone, `id = any($1)`; null where there is none. */
  readonly condition: string | null;
  /** What the program has to mind. */
  readonly risks: readonly string[];
}

/** `id = any($1)` for PostgreSQL, `id in (…)` for others and where that is not known; pairs for several columns. */
export function keyListCondition(keys: readonly KeyCondition[], dialect: LoopDialect | null): string {
  const [first, ...others] = keys;
  if (first === undefined) return "";
  if (others.length === 0) {
    if (dialect !== "postgres") return `${first.sql} in (…)`;
    return `${first.sql} = any($1${first.cast === "" ? "" : `${first.cast}[]`})`;
  }
  const values = keys.map(({ cast }, at) => (dialect === "postgres" ? `$${at + 1}${cast}` : "?"));
  return `(${keys.map(({ sql }) => sql).join(", ")}) in ((${values.join(", ")}), …)`;
}

/** The condition over all keys together with what it was joined with. */
export function whereAll(condition: string, { rest }: Pick<KeyedCondition, "rest">): string {
  return [condition, ...rest].join(" and ");
}
