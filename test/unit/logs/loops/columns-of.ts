import { StepColumns, type StepTimes } from "../../../../src/logs/loops/step-times.ts";

/** Executions that take no time. */
export function columnsOf(startMs: readonly number[], sums: readonly number[] = []): StepTimes {
  const columns = new StepColumns();
  columns.clear(startMs.length);
  for (const [at, start] of startMs.entries()) columns.add(start, start, sums[at] ?? 0);
  return columns;
}
