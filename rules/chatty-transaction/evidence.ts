import { definition, LOOP_SOURCES, note } from "../../src/computed/loop-evidence.ts";
import type { TransactionRun } from "../../src/computed/loop-transactions.ts";
import type { ChattyTransaction, Evidence } from "../../src/rule.ts";
import { plural } from "../../src/util/units.ts";

const MAX_SHOWN = 8;

/** Means of a run, and what it runs in order. */
export function transactionEvidence(
  { statements, scopeClass, runs }: ChattyTransaction,
  { statements: count, durationMs, idleMs }: TransactionRun,
): readonly Evidence[] {
  const source = LOOP_SOURCES[scopeClass];
  const rest = statements.length - MAX_SHOWN;
  return [
    { kind: "metric", name: "runs", value: runs, unit: "count", source },
    { kind: "metric", name: "statements in a run, on average", value: count, unit: "count", source },
    { kind: "metric", name: "duration of a run, on average", value: durationMs, unit: "ms", source },
    { kind: "metric", name: "of it without a statement", value: idleMs, unit: "ms", source },
    ...statements.slice(0, MAX_SHOWN).map(({ query }, at) => definition(`statement class ${at + 1}`, query)),
    ...(rest > 0 ? [note(`It runs ${plural(rest, "more class", "more classes")} of statements.`)] : []),
  ];
}
