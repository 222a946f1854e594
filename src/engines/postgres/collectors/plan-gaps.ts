import type { Gap } from "../../../model/artifact.ts";
import type { RelationName } from "../../../model/primitives.ts";
import type { StatementKind } from "../../../model/statement.ts";
import { quoteIdentifier, quoteRelation } from "../../../sql/identifiers.ts";
import { plural } from "../../../util/units.ts";
import type { ServerError } from "../plan/explain.ts";

/** A statement whose plan the server did not give. */
export interface Refusal {
  readonly kind: StatementKind;
  readonly error: ServerError | null;
}

const DENIED = /^permission denied for (?:(?:foreign )?table|(?:materialized )?view|relation|sequence) (.+)$/;
const DENIED_SCHEMA = /^permission denied for schema (.+)$/;

/** One gap for each cause, with the number of plans that it costs. */
export function planGaps(refusals: readonly Refusal[], role: string, tables: readonly RelationName[]): Gap[] {
  const groups = new Map<string, { readonly refusals: Refusal[]; readonly reason: Gap["reason"] }>();
  for (const refusal of refusals) {
    const [key, reason] = causeOf(refusal);
    const group = groups.get(key) ?? { refusals: [], reason };
    groups.set(key, group);
    group.refusals.push(refusal);
  }
  return [...groups].map(([key, group]) => ({
    what: `plans of ${plural(group.refusals.length, key === "denied-write" ? "writing statement" : "statement")}`,
    reason: group.reason,
    hint: hintOf(key, group.refusals, quoteIdentifier(role), tables),
  }));
}

function causeOf({ error, kind }: Refusal): readonly [string, Gap["reason"]] {
  if (error === null) return ["truncated, or not one statement that EXPLAIN has a plan for", "failed"];
  if (error.code === "42501") return [kind === "select" ? "denied" : "denied-write", "permission-denied"];
  if (error.code === "57014" || error.code === "55P03") return ["timed-out", "timed-out"];
  return [withoutLiterals(error.message), "failed"];
}

function hintOf(key: string, refusals: readonly Refusal[], role: string, tables: readonly RelationName[]): string {
  if (key === "timed-out") return "planning waited for a lock or took too long; raise --timeout or run again";
  if (key === "denied-write") return "EXPLAIN of a write needs the right to write; connect as the application's role";
  if (key !== "denied") return key;
  const messages = [...new Set(refusals.flatMap(({ error }) => error?.message ?? []))];
  const schemas = messages.flatMap((message) => DENIED_SCHEMA.exec(message)?.[1] ?? []).sort();
  const relations = messages.flatMap((message) => DENIED.exec(message)?.[1] ?? []).sort();
  const lines: string[] = [];
  if (schemas.length > 0) lines.push(`grant usage on schema ${schemas.map(quoteIdentifier).join(", ")} to ${role};`);
  if (relations.length > 0) {
    lines.push(`grant select on ${relations.map((name) => qualified(name, tables)).join(", ")} to ${role};`);
  }
  return lines.length === 0 ? messages.map(withoutLiterals).join("; ") : lines.join("\n");
}

/** The message names a relation without its schema; a name that only one table has tells it. */
function qualified(name: string, tables: readonly RelationName[]): string {
  const [table, ...others] = tables.filter((candidate) => candidate.name === name);
  return table !== undefined && others.length === 0 ? quoteRelation(table) : quoteIdentifier(name);
}

/** Messages quote values: `invalid input syntax for type integer: "abc"`, `value "99" is out of range for type …`. */
function withoutLiterals(message: string): string {
  return message
    .replace(/: ".*"$/s, ': "?"')
    .replace(/\bvalue ".*"(?= is\b)/gs, 'value "?"')
    .replace(/'(?:[^']|'')*'/g, "'?'");
}
