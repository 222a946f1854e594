import type { StatementItem } from "../model/analysis.ts";
import { padLeft, printable, truncate } from "../util/text.ts";
import { formatCount, formatMs, formatShare } from "../util/units.ts";

interface Column {
  readonly title: string;
  /** Columns that it takes at least, beside other numbers of its kind. */
  readonly width: number;
  /** Columns of a narrow terminal keep the lowest. */
  readonly rank: number;
  readonly cell: (item: StatementItem) => string;
}

const milliseconds = (value: number | null): string => (value === null ? "–" : formatMs(value));

const COUNTERS: readonly Column[] = [
  { title: "share", width: 7, rank: 0, cell: (item) => formatShare(item.share) },
  { title: "total", width: 9, rank: 2, cell: (item) => formatMs(item.totalMs) },
  { title: "calls", width: 11, rank: 1, cell: (item) => formatCount(item.calls) },
  { title: "mean", width: 9, rank: 1, cell: (item) => formatMs(item.meanMs) },
];

const PERCENTILES: readonly Column[] = [
  { title: "p50", width: 0, rank: 5, cell: (item) => milliseconds(item.p50Ms) },
  { title: "p95", width: 0, rank: 1, cell: (item) => milliseconds(item.p95Ms) },
  { title: "p99", width: 0, rank: 4, cell: (item) => milliseconds(item.p99Ms) },
  { title: "max", width: 0, rank: 3, cell: (item) => milliseconds(item.maxMs) },
];

/** Columns that the statement itself needs to be told from others. */
const STATEMENT_WIDTH = 26;

/** The statements as lines of a table, its head first; as many columns of numbers as leave room for the statement. */
export function statementTable(items: readonly StatementItem[], width: number): string[] {
  const columns = chooseColumns(items, width);
  const line = (numbers: readonly string[], statement: string): string => {
    const cells = numbers.map((cell, index) => padLeft(cell, columns[index]?.width ?? 0));
    const left = ` ${cells.join("  ")}  `;
    return left + truncate(statement, width - left.length);
  };
  return [
    line(
      columns.map(({ title }) => title),
      "statement",
    ),
    ...items.map((item) =>
      line(
        columns.map(({ cell }) => cell(item)),
        printable(item.query.slice(0, 2000)),
      ),
    ),
  ];
}

/** Percentiles exist only where logs, traces or samples gave them. */
export function hasPercentiles(items: readonly StatementItem[]): boolean {
  return items.some(({ p50Ms, p95Ms, p99Ms }) => p50Ms !== null || p95Ms !== null || p99Ms !== null);
}

function chooseColumns(items: readonly StatementItem[], width: number): Column[] {
  if (!hasPercentiles(items)) return [...COUNTERS];
  const columns = [...COUNTERS, ...PERCENTILES].map((column) => ({
    ...column,
    width: Math.max(column.title.length, ...items.map((item) => column.cell(item).length)),
  }));
  const taken = (): number => columns.reduce((sum, column) => sum + column.width + 2, 1);
  while (width - taken() < STATEMENT_WIDTH && columns.some(({ rank }) => rank > 1)) {
    const last = columns.reduce((worst, column) => (column.rank > worst.rank ? column : worst));
    columns.splice(columns.indexOf(last), 1);
  }
  return columns;
}
