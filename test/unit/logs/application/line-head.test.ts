import { describe, expect, it } from "vitest";
import { lineHead } from "../../../../src/logs/application/line-head.ts";

const ONE_PM = Date.parse("2026-11-24T13:00:00.000Z");
const entry = (timeMs: number, isLocal = false) => ({ role: "entry", timeMs, isLocal });

describe("lineHead", () => {
  it.each([
    ["2026-11-24T13:00:00.123Z INFO ready", entry(ONE_PM + 123)],
    ["2026-11-24 13:00:00,123 ERROR app.db: failed", entry(ONE_PM + 123, true)],
    ["2026-11-24T15:00:00.123+02:00 ERROR 1 --- [main] a.B : x", entry(ONE_PM + 123)],
    ["[2026-11-24 11:00:00 -0200] [7] [ERROR] x", entry(ONE_PM)],
    ["[2026-11-24 13:00:00,123: ERROR/ForkPoolWorker-1] x", entry(ONE_PM + 123, true)],
    ["E, [2026-11-24T13:00:00.123456 #4711] ERROR -- : x", entry(ONE_PM + 123, true)],
    ["ERROR 2026-11-24 13:00:00 UTC x", entry(ONE_PM)],
    ["2026/11/24 13:00:00 http: x", entry(ONE_PM, true)],
    ["app_1  | 2026-11-24T13:00:00Z x", entry(ONE_PM)],
    ['{"level":50,"time":1795525200123,"msg":"x"}', entry(ONE_PM + 123)],
    ['{"level":"error","ts":1795525200.123,"msg":"x"}', entry(ONE_PM + 123)],
    ['{"timestamp":"2026-11-24T13:00:00.123Z","msg":"x"}', entry(ONE_PM + 123)],
    ['{"@timestamp":"2026-11-24 13:00:00","msg":"x"}', entry(ONE_PM, true)],
    ['{"msg":"no time","time":null}', entry(NaN)],
    ['{"time":12,"msg":"since the start"}', entry(NaN)],
    ["Error: timeout exceeded when trying to connect", { role: "line", timeMs: NaN, isLocal: false }],
    ["DETAIL:  Key (at)=(2026-11-24 13:00:00) already exists.", { role: "line", timeMs: NaN, isLocal: false }],
    ["select * from orders where at > '2026-11-24 13:00:00'", { role: "line", timeMs: NaN, isLocal: false }],
    ["{ not json", { role: "line", timeMs: NaN, isLocal: false }],
    ["2026-11-24 is a day", { role: "line", timeMs: NaN, isLocal: false }],
    ["2026-13-24 25:00:00 is none", { role: "line", timeMs: NaN, isLocal: true }],
    ["    at Pool.query (/app/index.js:1:1)", { role: "continuation", timeMs: NaN, isLocal: false }],
    ["\tat com.example.Orders.list(Orders.java:12)", { role: "continuation", timeMs: NaN, isLocal: false }],
    ["Caused by: java.sql.SQLException: x", { role: "continuation", timeMs: NaN, isLocal: false }],
    ["", { role: "continuation", timeMs: NaN, isLocal: false }],
    [
      "The above exception was the direct cause of the following exception:",
      { role: "chain", timeMs: NaN, isLocal: false },
    ],
  ])("reads %j", (line, expected) => {
    expect(lineHead(line)).toEqual(expected);
  });

  it("looks into the lines of collectors, for what continues there", () => {
    const outer = "2026-11-24T13:00:01.000000001Z";
    expect(lineHead(`${outer} stderr F 2026-11-24T13:00:00Z ERROR x`)).toEqual(entry(ONE_PM));
    expect(lineHead(`${outer} stderr F Error: x`)).toEqual({ role: "line", timeMs: ONE_PM + 1000, isLocal: false });
    expect(lineHead(`${outer} stdout F \tat x`)).toMatchObject({ role: "continuation", timeMs: ONE_PM + 1000 });
    expect(lineHead(`2026-11-24T13:00:00.000000+00:00 app[web.1]: Caused by: x`)).toMatchObject({
      role: "continuation",
      timeMs: ONE_PM,
    });
    expect(lineHead(JSON.stringify({ log: "\tat x\n", stream: "stderr", time: outer }))).toMatchObject({
      role: "continuation",
      timeMs: ONE_PM + 1000,
    });
    expect(lineHead(JSON.stringify({ log: "Error: x\n", stream: "stderr", time: outer }))).toMatchObject({
      role: "line",
      timeMs: ONE_PM + 1000,
    });
  });
});
