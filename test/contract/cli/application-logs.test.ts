import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeCapture } from "../../../src/app/capture-file.ts";
import { APPLICATION_LOGS, applicationText } from "../../support/application-log.ts";
import { type CliResult, runCli } from "../../support/cli.ts";
import { sampleCapture } from "../../support/sample-capture.ts";

const POSTGRES_LOG = join(APPLICATION_LOGS, "../postgres-15/server.log");

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "dbperf-app-log-"));
  // Three times the recording: enough of each kind to be a finding.
  writeFileSync(join(cwd, "app.log"), applicationText("node.log").repeat(3));
  writeFileSync(join(cwd, "quiet.log"), "2026-11-24T13:00:00Z listening on 3000\n");
});
afterEach(() => rmSync(cwd, { recursive: true }));

const at = (path: string): string => join(cwd, path);
const run = (...argv: readonly string[]): Promise<CliResult> => runCli([...argv, "--no-store"], { cwd });
async function json(...argv: readonly string[]) {
  const { code, out, err } = await run(...argv, "--format", "json");
  expect([0, 4]).toContain(code);
  expect(err).not.toContain("dbperf:");
  return JSON.parse(out);
}

interface Report {
  readonly findings: readonly {
    readonly ruleId: string;
    readonly subject: { readonly kind: string; readonly name?: string };
  }[];
}
const subjectsOf = ({ findings }: Report): string[] =>
  findings.filter(({ ruleId }) => ruleId === "connection-refused").map(({ subject }) => subject.name ?? subject.kind);
const POOLS = ["connection pool node-postgres", "connection pool pgbouncer", "max_client_conn of pgbouncer"];

describe("logs of applications", () => {
  it.each([
    ["known by their texts", []],
    ["as named", ["--app-log"]],
  ])("are read alone, %s", async (_, flags) => {
    const report = await json("logs", ...flags, at("app.log"));
    expect(report.input).toMatchObject({
      kind: "log",
      format: "application",
      engine: "postgres",
      files: [{ path: at("app.log") }],
      lines: 939,
      unparsed: { lines: 0 },
      applicationLogs: [{ path: at("app.log"), lines: 939, matches: 42, from: "2026-11-24T14:58:12.463Z" }],
    });
    expect(subjectsOf(report)).toEqual(expect.arrayContaining([...POOLS, "server"]));
    expect(report.statements).toBeUndefined();
    expect(report.outcomes).toContainEqual({
      ruleId: "deadlock",
      status: "skipped",
      because: "only logs of applications were read: give the server's own log as well",
    });
  });

  it("say in the report what they are, and claim nothing of the server", async () => {
    const { code, out } = await run("logs", at("app.log"));
    expect(code).toBe(0);
    const text = out.replaceAll(/\s+/g, " ");
    expect(text).toContain("app.log · application log");
    expect(text).toContain("Read 1 log of an application (35 kB, 939 lines): 42 entries tell of an exhausted pool");
    expect(text).not.toMatch(/PostgreSQL [^c]|log_lock_waits|log_min_duration_statement|\d events/);
  });

  it("are read beside a server's log, in numbers of their own", async () => {
    const alone = await json("logs", POSTGRES_LOG);
    const both = await json("logs", POSTGRES_LOG, "--app-log", at("app.log"), "--app-log", at("quiet.log"));
    const { applicationLogs, ...input } = both.input;
    expect(input).toEqual(alone.input);
    // In the order of time.
    expect(applicationLogs).toMatchObject([
      { path: at("quiet.log"), matches: 0 },
      { path: at("app.log"), matches: 42 },
    ]);
    expect(both.window).toEqual(alone.window);
    expect(subjectsOf(both)).toEqual(expect.arrayContaining(POOLS));
    expect(subjectsOf(alone)).toEqual([]);
  });

  it("are read beside a capture", async () => {
    await writeCapture(at("capture.json"), sampleCapture());
    const report = await json("analyze", "capture.json", "--app-log", at("app.log"));
    expect(report.input).toMatchObject({ kind: "capture", log: { format: "application" } });
    expect(report.statements.classes).toBeGreaterThan(0);
    expect(subjectsOf(report)).toEqual(expect.arrayContaining(POOLS));
  });

  it("go into a saved digest and come out of it", async () => {
    const [one, two] = [at("one.json"), at("two.json")];
    await run("logs", POSTGRES_LOG, "--app-log", at("app.log"), "--save-digest", one);
    const merged = await json("logs", "--merge", one);
    expect(merged.input.applicationLogs).toMatchObject([{ path: at("app.log"), matches: 42 }]);
    expect(subjectsOf(merged)).toEqual(expect.arrayContaining(POOLS));
    await run("logs", at("app.log"), "--save-digest", two);
    const again = await json("logs", "--merge", two);
    expect(again.input).toMatchObject({ format: "application", engine: "postgres" });
    expect(subjectsOf(again)).toEqual(expect.arrayContaining([...POOLS, "server"]));
  });

  it("may tell of nothing, which is no problem, and show no engine", async () => {
    const report = await json("logs", "--app-log", at("quiet.log"));
    expect(report.findings).toEqual([]);
    expect(report.input).toMatchObject({ engine: null, applicationLogs: [{ matches: 0 }] });
    expect(report.outcomes).toContainEqual({ ruleId: "connection-refused", status: "ran", findings: 0 });
  });

  it("may have no times, and none are made up", async () => {
    writeFileSync(at("untimed.log"), "Error: Queue limit reached.\n    at x\n".repeat(6));
    const { out } = await run("logs", "--app-log", at("untimed.log"));
    expect(out).toContain("untimed.log · application log · log without times");
    expect(out).toContain("6 requests got no connection: the connection pool (mysql2) had none free.");
    expect(out).not.toMatch(/\b(?:0001|1970|9999)\b/);
  });

  it("are kept without an engine", async () => {
    const { code, err } = await runCli(["logs", "--app-log", at("quiet.log")], { cwd });
    expect([code, err]).toEqual([0, expect.stringContaining("Saved as snapshot 1")]);
  });

  it.each([
    [["logs"], "No log was named"],
    [["logs", "--merge", "--app-log", "app.log"], "No log was named"],
    [["logs", "app.log", "--follow", "--app-log", "app.log"], "--follow reads the one log"],
    [["logs", "-", "--app-log", "-"], "Standard input can be read once"],
    [["logs", "--app-log", "missing.log"], "does not exist"],
  ])("%j is a usage error", async (argv, problem) => {
    expect(await run(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(problem) });
  });

  it("are pointed to where a log is not known, and where it is one of several kinds", async () => {
    const foreign = await run("logs", at("quiet.log"));
    expect(foreign).toMatchObject({ code: 2, err: expect.stringContaining("given as --app-log FILE") });
    const mixed = await run("logs", POSTGRES_LOG, at("app.log"));
    expect(mixed).toMatchObject({ code: 2, err: expect.stringContaining("are given as --app-log") });
  });
});
