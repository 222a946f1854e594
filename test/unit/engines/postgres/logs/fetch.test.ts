import { describe, expect, it } from "vitest";
import { StderrReader } from "../../../../../src/engines/postgres/logs/stderr.ts";
import { COLUMN } from "../../../../../src/logs/digest/statement-table.ts";
import { readLog } from "../../../../support/read-log.ts";

const LINES = [
  "2026-11-24 13:00:00.000 UTC [7] LOG:  duration: 2.000 ms  execute S_1/C_2: select id from orders",
  "2026-11-24 13:00:00.100 UTC [7] LOG:  duration: 0.500 ms  execute fetch from S_1/C_2: select id from orders",
  "2026-11-24 13:00:00.200 UTC [7] LOG:  duration: 0.250 ms  execute fetch from S_1/C_2: select id from orders",
];

describe("an execution whose rows are fetched in portions", () => {
  it("counts once; the further fetches are phases of it", () => {
    const prefix = { text: "%m [%p] ", origin: "given" } as const;
    const dialect = { format: "postgres-stderr", engine: "postgres", wrap: null, prefix, toleranceMs: 2 } as const;
    const text = Buffer.from(`${LINES.join("\n")}\n`);
    const { digest } = readLog(text, { open: (context) => new StderrReader(dialect, context) });
    const { numbers, size } = digest.statements;
    expect(size).toBe(1);
    expect(numbers[COLUMN.calls]).toBe(1);
    expect(numbers[COLUMN.totalUs]).toBe(2000);
    expect(numbers[COLUMN.phaseUs]).toBe(750);
  });
});
