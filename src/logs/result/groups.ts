import type { Fingerprint } from "../../model/primitives.ts";
import { DurationSketch } from "../../stats/duration-sketch.ts";
import { keepExample } from "../digest/counts.ts";
import type { LogDigest } from "../digest/digest.ts";
import type { NormalizedText } from "../digest/events.ts";
import type { PlanCounts } from "../digest/plans.ts";
import { COLUMN, type ExampleLine, NO_LIMIT } from "../digest/statement-table.ts";
import { keyFingerprint, type StatementNames } from "./statement-names.ts";

type Column = keyof typeof COLUMN;

/** All classes of tokens that the parser takes for one statement, in one database. */
export interface Group {
  readonly fingerprint: Fingerprint;
  readonly database: number;
  perconaId: string | null;
  readonly queryIds: Set<string>;
  /** The shortest text, so that it does not depend on the order. */
  text: NormalizedText;
  readonly numbers: Record<Column, number>;
  readonly sketch: DurationSketch;
  readonly hours: Map<number, { calls: number; totalUs: number }>;
  readonly users: Map<number, number>;
  readonly applications: Map<number, number>;
  readonly routes: Map<number, number>;
  examples: ExampleLine[];
  plans: readonly (readonly [shape: string, counts: PlanCounts])[];
}

const COLUMNS = Object.keys(COLUMN) as readonly Column[];

/**
 * Classes by fingerprint and database, one group after the other, so that they need not all be in memory; those that
 * were never executed (parsed, or inside others) are left out.
 */
export function* groupClasses(digest: LogDigest, names: StatementNames): Generator<Group> {
  const members = new Map<string, number[]>();
  for (let index = 0; index < digest.statements.size; index += 1) {
    const key = `${digest.statements.database[index] ?? 0}:${fingerprintOf(digest, index, names)}`;
    const known = members.get(key);
    if (known === undefined) members.set(key, [index]);
    else known.push(index);
  }
  const plansOf = plansByClass(digest);
  for (const [key, indexes] of members) {
    const group = groupOf(digest, indexes, key.slice(key.indexOf(":") + 1), plansOf);
    if (group.numbers.calls > 0) yield group;
  }
}

type ClassPlans = ReadonlyMap<number, readonly (readonly [shape: string, counts: PlanCounts])[]>;

function plansByClass({ plans }: LogDigest): ClassPlans {
  const byClass = new Map<number, (readonly [string, PlanCounts])[]>();
  for (const [statement, shape, counts] of plans.entries()) {
    const known = byClass.get(statement);
    if (known === undefined) byClass.set(statement, [[shape, counts]]);
    else known.push([shape, counts]);
  }
  return byClass;
}

function groupOf(digest: LogDigest, indexes: readonly number[], fingerprint: Fingerprint, plansOf: ClassPlans): Group {
  const [first = 0] = indexes;
  const group = newGroup(digest, first, fingerprint, digest.statements.database[first] ?? 0);
  for (const index of indexes) {
    addClass(group, digest, index);
    for (const [shape, counts] of plansOf.get(index) ?? []) group.plans = withPlan(group.plans, shape, counts);
  }
  return group;
}

function fingerprintOf({ texts, statements }: LogDigest, index: number, names: StatementNames): Fingerprint {
  if (texts.isShortened(index)) return keyFingerprint(statements.keyLow[index] ?? 0, statements.keyHigh[index] ?? 0);
  return names.of(texts.text(index)).fingerprint;
}

function newGroup({ texts }: LogDigest, index: number, fingerprint: Fingerprint, database: number): Group {
  return {
    fingerprint,
    database,
    perconaId: null,
    queryIds: new Set(),
    text: texts.text(index),
    numbers: {
      ...EMPTY,
      minUs: Number.POSITIVE_INFINITY,
      firstMs: Number.POSITIVE_INFINITY,
      lastMs: Number.NEGATIVE_INFINITY,
    },
    sketch: new DurationSketch(),
    hours: new Map(),
    users: new Map(),
    applications: new Map(),
    routes: new Map(),
    examples: [],
    plans: [],
  };
}

// Every column by name, which the loop's type cannot say.
const EMPTY = Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Record<Column, number>;

function addClass(group: Group, digest: LogDigest, index: number): void {
  const { statements, texts } = digest;
  const base = statements.baseOf(index);
  for (const column of COLUMNS) {
    const value = statements.numbers[base + COLUMN[column]] ?? 0;
    const known = group.numbers[column];
    if (column === "minUs" || column === "firstMs") group.numbers[column] = Math.min(known, value);
    else if (column === "maxUs" || column === "lastMs") group.numbers[column] = Math.max(known, value);
    else group.numbers[column] = known + value;
  }
  const text = texts.text(index);
  const details = statements.details[index];
  const isBetter = text.length < group.text.length || (text.length === group.text.length && text <= group.text);
  if (isBetter) {
    group.text = text;
    group.perconaId = details?.perconaId ?? null;
  }
  if (details === undefined) return;
  if (details.queryId !== null) group.queryIds.add(details.queryId);
  group.sketch.merge(details.sketch);
  for (const { hour, calls, totalUs } of details.hours) {
    const known = group.hours.get(hour) ?? { calls: 0, totalUs: 0 };
    group.hours.set(hour, { calls: known.calls + calls, totalUs: known.totalUs + totalUs });
  }
  addPairs(group.users, details.users);
  addPairs(group.applications, details.applications);
  addPairs(group.routes, details.routes);
  const kept = { examples: group.examples, exampleUs: NO_LIMIT };
  for (const example of details.examples) keepExample(kept, { ...example }, digest.names);
  group.examples = kept.examples;
}

function addPairs(counts: Map<number, number>, pairs: readonly number[]): void {
  for (let at = 0; at < pairs.length; at += 2) {
    const name = pairs[at] ?? 0;
    counts.set(name, (counts.get(name) ?? 0) + (pairs[at + 1] ?? 0));
  }
}

function withPlan(plans: Group["plans"], shape: string, counts: PlanCounts): Group["plans"] {
  const known = plans.find(([other]) => other === shape)?.[1];
  if (known === undefined) return [...plans, [shape, counts]];
  const isSlower = counts.maxUs > known.maxUs;
  const merged: PlanCounts = {
    root: isSlower ? counts.root : known.root,
    executions: known.executions + counts.executions,
    totalUs: known.totalUs + counts.totalUs,
    maxUs: Math.max(known.maxUs, counts.maxUs),
    maxAtMs: isSlower ? counts.maxAtMs : known.maxAtMs,
    firstMs: Math.min(known.firstMs, counts.firstMs),
    lastMs: Math.max(known.lastMs, counts.lastMs),
  };
  return plans.map((plan) => (plan[0] === shape ? [shape, merged] : plan));
}
