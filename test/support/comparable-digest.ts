import type { LogDigest } from "../../src/logs/digest/digest.ts";
import { readableText } from "../../src/logs/digest/texts.ts";

/** Everything that a digest counted, as plain data that does not depend on the order of what was read. */
export function comparableDigest(digest: LogDigest) {
  const { firstMs, lastMs, ownCalls, ownUs, otherCalls, otherUs, strayDurations, strayUs, facts, statements } = digest;
  const classes = Array.from({ length: statements.size }, (_, index) => comparableClass(digest, index));
  const plans = [...digest.plans.entries()].map(([statement, shape, counts]) => ({
    query: classes[statement]?.query,
    shape,
    ...counts,
  }));
  return {
    window: { firstMs, lastMs },
    totals: { ownCalls, ownUs, otherCalls, otherUs, strayDurations, strayUs },
    statements: classes.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    plans: sorted(plans),
    facts: plain(facts),
    loops: comparableLoops(digest),
  };
}

/** Numbers of statements differ between a whole and its parts: their texts stand for them. */
function comparableLoops({ loops, texts }: LogDigest) {
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => {
        const isStatement = (key === "statement" || key === "source") && typeof entry === "number";
        return [key, isStatement ? readableText(texts.text(entry)) : named(entry)];
      }),
    );
  };
  const transactions = loops.transactions.totals().map(({ statements, ...total }) => ({
    ...total,
    statements: statements.map((statement) => readableText(texts.text(statement))),
  }));
  return {
    loops: sorted(loops.loops.totals().map(named)),
    transactions: sorted(transactions),
    bursts: sorted(loops.bursts.totals().map(named)),
    dropped: loops.bursts.dropped,
    lookedAt: loops.lookedAt,
    unlooked: loops.unlooked,
  };
}

function comparableClass({ statements, names, texts }: LogDigest, index: number) {
  const base = statements.baseOf(index);
  const details = statements.details[index];
  const named = (pairs: readonly number[] = []) =>
    sorted(pairs.flatMap((name, at) => (at % 2 === 0 ? [[names.text(name), pairs[at + 1]]] : [])));
  return {
    key: [statements.keyHigh[index], statements.keyLow[index], names.text(statements.database[index] ?? 0)].join(" "),
    query: readableText(texts.text(index)),
    numbers: [...statements.numbers.slice(base, base + 16)],
    zeros: details?.sketch.zeros,
    bins: [...(details?.sketch.bins() ?? [])],
    hours: details?.hours,
    users: named(details?.users),
    applications: named(details?.applications),
    routes: named(details?.routes),
    examples: details?.examples.map((example) => ({
      ...example,
      user: names.text(example.user),
      application: names.text(example.application),
    })),
  };
}

function sorted<T>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Maps become sorted lists of entries; what a class keeps private is left out. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return sorted([...value].map(([key, entry]) => [plain(key), plain(entry)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
