import type { RelationName } from "../../../../model/primitives.ts";
import { quoteIdentifier, quoteLiteral } from "../../../../sql/identifiers.ts";
import type { TwinColumn, TwinConstraint, TwinIndex, TwinRelation, TwinSource } from "../twin-source.ts";

/** One DDL statement of the twin, and what it makes in a reader's words. */
export interface Definition {
  readonly what: string;
  readonly ddl: string;
}

/** Storage parameters that the planner reads. */
const PLANNER_OPTIONS = /^(fillfactor|parallel_workers|security_barrier)=/;

/**
 * The DDL of a twin in groups that are made one after the other; within a group the order is not known. Tables are
 * empty meanwhile, so that indexes cost nothing and no foreign key is checked.
 */
export function twinDefinitions(source: TwinSource): readonly (readonly Definition[])[] {
  const { relations, indexes, constraints } = source;
  const keys = constraints.filter(({ kind }) => kind !== "foreign-key");
  return [
    schemasOf(source).map((name) => define(`schema ${name}`, `create schema if not exists ${quoteIdentifier(name)}`)),
    [
      ...source.objects.map(({ kind, name, ddl }) => define(`${kind} ${name}`, ddl)),
      ...relations
        .filter(({ kind }) => kind !== "view")
        .map((relation) => define(nameOf(relation), tableDdl(relation))),
      ...relations.filter(({ kind }) => kind === "view").map((relation) => define(nameOf(relation), viewDdl(relation))),
    ],
    relations.flatMap(attachments),
    [
      ...keys.map((constraint) => define(`constraint ${constraint.name}`, constraintDdl(constraint))),
      ...indexes.filter(({ isConstraint }) => !isConstraint).map((index) => define(nameOf(index), index.definition)),
    ],
    indexes.flatMap(indexAttachment),
    constraints
      .filter(({ kind }) => kind === "foreign-key")
      .map((constraint) => define(`constraint ${constraint.name}`, constraintDdl(constraint))),
    [...new Map(source.extendedStatistics.map((one) => [one.definition, one])).values()].map((one) =>
      define(`extended statistics ${one.name}`, one.definition),
    ),
  ];
}

function qualified({ schema, name }: RelationName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function define(what: string, ddl: string): Definition {
  return { what, ddl };
}

function nameOf({ schema, name }: RelationName): string {
  return `${schema}.${name}`;
}

function schemasOf({ relations, indexes, extensions, objects, searchPath, extendedStatistics }: TwinSource): string[] {
  const named = [...relations, ...indexes, ...extensions, ...extendedStatistics].map(({ schema }) => schema);
  const own = objects.map(({ schema }) => schema);
  return [...new Set([...named, ...own, ...searchPath])].filter((name) => !name.startsWith("pg_")).sort();
}

function tableDdl(relation: TwinRelation): string {
  const columns = relation.columns.map(columnDdl).join(", ");
  const partition = relation.partitionKey === null ? "" : ` partition by ${relation.partitionKey}`;
  return `create table ${qualified(relation)} (${columns})${partition}${optionsDdl(relation)}`;
}

function viewDdl(relation: TwinRelation): string {
  const columns = relation.columns.map(({ name }) => quoteIdentifier(name)).join(", ");
  const query = (relation.query ?? "").replace(/;\s*$/, "");
  return `create view ${qualified(relation)} (${columns})${optionsDdl(relation)} as ${query}`;
}

function columnDdl({ name, type, collation, notNull, generated }: TwinColumn): string {
  const kind = generated?.isStored === false ? "virtual" : "stored";
  return [
    `${quoteIdentifier(name)} ${type}`,
    ...(collation === null ? [] : [`collate ${collation}`]),
    ...(generated === null ? [] : [`generated always as (${generated.expression}) ${kind}`]),
    ...(notNull ? ["not null"] : []),
  ].join(" ");
}

function optionsDdl({ options }: TwinRelation): string {
  const kept = options.filter((option) => PLANNER_OPTIONS.test(option)).map(optionDdl);
  return kept.length === 0 ? "" : ` with (${kept.join(", ")})`;
}

function optionDdl(option: string): string {
  const at = option.indexOf("=");
  return `${option.slice(0, at)} = ${quoteLiteral(option.slice(at + 1))}`;
}

function attachments(relation: TwinRelation): Definition[] {
  return relation.parents.map((parent) =>
    define(
      `${nameOf(relation)} under ${nameOf(parent)}`,
      relation.partitionBound === null
        ? `alter table ${qualified(relation)} inherit ${qualified(parent)}`
        : `alter table only ${qualified(parent)} attach partition ${qualified(relation)} ${relation.partitionBound}`,
    ),
  );
}

function indexAttachment(index: TwinIndex): Definition[] {
  const { parent } = index;
  if (parent === null) return [];
  return [
    define(
      `${nameOf(index)} under ${nameOf(parent)}`,
      `alter index ${qualified(parent)} attach partition ${qualified(index)}`,
    ),
  ];
}

/** A foreign key counts for the planner whether it was checked or not; checking would plan a query over its tables. */
function constraintDdl({ name, table, kind, definition }: TwinConstraint): string {
  const only = kind === "check" || kind === "foreign-key" ? "" : "only ";
  const notValid = kind === "foreign-key" && !/ NOT (VALID|ENFORCED)$/.test(definition) ? " not valid" : "";
  return `alter table ${only}${qualified(table)} add constraint ${quoteIdentifier(name)} ${definition}${notValid}`;
}
