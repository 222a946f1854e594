import { formatCount } from "../../src/util/units.ts";
import type { Usage } from "./measure.ts";
import type { CaseResult } from "./measure-case.ts";
import { dbperf, dbperfTwoThreads, newlineCount } from "./programs.ts";

/** What each program cost on each log. */
export function costTable(results: readonly CaseResult[]): string {
  const head = [
    ...["log", "program", "CPU s", "wall s", "MB / CPU s", "executions / CPU s", "executions / wall s"],
    ...["peak RSS, MB", "× newline count"],
  ];
  return table(
    head,
    results.flatMap(({ name, sizeBytes, facts, newlines, ...runs }) => {
      const cost = (program: string, usage: Usage, calls: number | null): string[] => [
        ...[name, program, seconds(usage.cpuSeconds), seconds(usage.wallSeconds)],
        formatCount(sizeBytes / 1e6 / usage.cpuSeconds),
        calls === null ? "" : formatCount(calls / usage.cpuSeconds),
        calls === null ? "" : formatCount(calls / usage.wallSeconds),
        formatCount(usage.peakMb),
        factor(usage.cpuSeconds / newlines.cpuSeconds),
      ];
      return [
        cost(newlineCount.name, newlines, null),
        cost(dbperf.name, runs.dbperf, facts.statements.calls),
        cost(dbperfTwoThreads.name, runs.twoThreads, facts.statements.calls),
      ];
    }),
  );
}

/** What dbperf read of each log, and what it left out to keep its memory flat. */
export function contentTable(results: readonly CaseResult[]): string {
  const head = [
    ...["log", "MB", "lines", "events", "executions", "classes", "unparsed bytes", "calls of other classes"],
    ...["shortened texts", "cut events", "unlisted events"],
  ];
  return table(
    head,
    results.map(({ name, sizeBytes, facts: { input, statements } }) => [
      name,
      ...[sizeBytes / 1e6, input.lines, input.events, statements.calls, statements.classes].map(formatCount),
      ...[input.unparsed.bytes, input.dropped.callsOfOtherClasses, input.dropped.shortenedTexts].map(formatCount),
      ...[input.dropped.cutEvents, input.dropped.unlistedEvents].map(formatCount),
    ]),
  );
}

/** Other programs and dbperf on the same slice, and the same scaled to the size of the whole log. */
export function sliceTable(results: readonly CaseResult[]): string {
  const head = [
    ...["program", "slice, MB", "executions", "CPU s", "wall s", "MB / CPU s", "peak RSS, MB", "× dbperf, same slice"],
    ...["whole log, MB", "CPU s, whole log", "× dbperf, whole log"],
  ];
  return table(
    head,
    results.flatMap(({ slice, sizeBytes, dbperf: whole }) => {
      if (slice === null) return [];
      const { rival } = slice;
      const cost = (name: string, executions: string, usage: Usage, wholeText: string, wholeCpu: number): string[] => [
        ...[name, formatCount(slice.sizeBytes / 1e6), executions],
        ...[seconds(usage.cpuSeconds), seconds(usage.wallSeconds)],
        rate(slice.sizeBytes / 1e6 / usage.cpuSeconds),
        formatCount(usage.peakMb),
        factor(usage.cpuSeconds / slice.dbperf.cpuSeconds),
        ...[formatCount(sizeBytes / 1e6), wholeText, factor(wholeCpu / whole.cpuSeconds)],
      ];
      const scaled = (rival.usage.cpuSeconds * sizeBytes) / slice.sizeBytes;
      const calls = formatCount(slice.facts.statements.calls);
      return [
        cost(rival.name, rival.executions ?? "?", rival.usage, `${formatCount(scaled)} (scaled)`, scaled),
        cost(dbperf.name, calls, slice.dbperf, `${seconds(whole.cpuSeconds)} (measured)`, whole.cpuSeconds),
      ];
    }),
  );
}

/** A table in Markdown, with columns of even width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join("\n");
}

/** `77×`, `4.2×`. */
export function factor(value: number): string {
  return `${rate(value)}×`;
}

/** A number with the digits that a measurement has: `77`, `4.2`. */
function rate(value: number): string {
  return value < 20 && !Number.isInteger(value) ? value.toFixed(1) : formatCount(value);
}

function seconds(value: number): string {
  return value.toFixed(2);
}
