import { describe, expect, it } from "vitest";
import { logProgress } from "../../../src/logs/progress.ts";

const MB = 1024 ** 2;

describe("logProgress", () => {
  it("tells how far, how fast and how long", () => {
    const progress = logProgress({ bytesDone: 412 * MB, bytesTotal: 1024 * MB, startedAtMs: 1000, nowMs: 2084 });
    expect(progress.line).toBe("412 MB of 1.0 GB · 380 MB/s · 2 s left");
    expect(progress.fraction).toBeCloseTo(412 / 1024);
    expect(progress.mbPerSecond).toBeCloseTo(412 / 1.084);
    expect(progress.secondsLeft).toBeCloseTo(612 / (412 / 1.084));
  });

  it("says no time left without a total", () => {
    expect(logProgress({ bytesDone: 30 * MB, bytesTotal: null, startedAtMs: 0, nowMs: 10_000 })).toEqual({
      fraction: null,
      mbPerSecond: 3,
      secondsLeft: null,
      line: "30 MB · 3.0 MB/s",
    });
  });

  it.each([
    ["before the first byte", { bytesDone: 0, nowMs: 500 }],
    ["when no time has passed", { bytesDone: MB, nowMs: 0 }],
    ["when the clock went back", { bytesDone: MB, nowMs: -500 }],
  ])("knows no speed %s", (_, input) => {
    const progress = logProgress({ bytesTotal: 2 * MB, startedAtMs: 0, ...input });
    expect(progress).toMatchObject({ mbPerSecond: null, secondsLeft: null });
    expect(progress.line).toBe(input.bytesDone === 0 ? "0 bytes of 2.0 MB" : "1.0 MB of 2.0 MB");
  });

  it("is done at the total and past it: a live file grows", () => {
    const progress = logProgress({ bytesDone: 3 * MB, bytesTotal: 2 * MB, startedAtMs: 0, nowMs: 1000 });
    expect(progress).toMatchObject({ fraction: 1, secondsLeft: 0, line: "3.0 MB of 2.0 MB · 3.0 MB/s" });
  });

  it("has a fraction of 1 for nothing at all", () => {
    expect(logProgress({ bytesDone: 0, bytesTotal: 0, startedAtMs: 0, nowMs: 1 }).fraction).toBe(1);
  });

  it("writes long times as two units", () => {
    const { line } = logProgress({ bytesDone: MB, bytesTotal: 251 * MB, startedAtMs: 0, nowMs: 1000 });
    expect(line).toBe("1.0 MB of 251 MB · 1.0 MB/s · 4 min 10 s left");
  });
});
