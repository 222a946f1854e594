import { describe, expect, it } from "vitest";
import { perHour } from "../../../src/computed/loop-cost.ts";
import type { StatementStatistics } from "../../../src/model/statement.ts";

function statements(seconds: number): StatementStatistics {
  const to = new Date(Date.parse("2026-11-24T10:00:00Z") + seconds * 1000).toISOString();
  const none = { calls: 0, totalMs: 0 };
  const window = { from: "2026-11-24T10:00:00.000Z", to, kind: "sampled" } as const;
  return { window, items: [], databases: [], own: none, hidden: none, evictions: null, extensionVersion: null };
}

describe("database time per hour", () => {
  it("is that of the window", () => {
    expect(perHour(100, statements(1800))).toBe(200);
  });

  it("is not made of a few seconds, nor of no window", () => {
    expect(perHour(66, statements(3))).toBeNull();
    expect(perHour(66, null)).toBeNull();
  });
});
