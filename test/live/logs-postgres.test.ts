import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import type { Analysis, Capture } from "../../src/index.ts";
import type { LogFacts } from "../../src/model/log.ts";
import { type CliResult, runCli } from "../support/cli.ts";
import { LOGGED_FAULT_CONFIG, LOGGED_FAULTS, plantLoggedFaults } from "../support/logged-faults.ts";
import { awkwardTraffic, SECRET, TRAFFIC_SCHEMA } from "../support/logged-traffic.ts";
import { addUp, type Counts, countCsvLog, type LoggedTruth } from "../support/logged-truth.ts";
import { fakeLogLines, logFormatsOf, logPrefixOf, logSettings, takeLogs } from "../support/postgres-logs.ts";
import { schemaErrors } from "../support/report-schema.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { execute } from "../support/shop.ts";

interface ReadLog extends CliResult {
  readonly analysis: Analysis;
  readonly facts: LogFacts;
}

for (const live of liveServers()) {
  describeIf(live.available, live.why)(`logs of ${live.label}`, () => {
    const formats = logFormatsOf(live.majorVersion);
    let server: PostgresServer;
    let cwd: string;
    let truth: LoggedTruth;
    let quiet: ReadLog;
    const whole = new Map<string, ReadLog>();

    beforeAll(async () => {
      cwd = await mkdtemp(join(tmpdir(), "dbperf-live-"));
      await writeFile(join(cwd, "dbperf.config.yaml"), LOGGED_FAULT_CONFIG);
      server = await live.start(logSettings(live.majorVersion));
      await execute(server.url("postgres"), ["create database shop"]);
      await execute(server.url("shop"), ["create extension pg_stat_statements", ...TRAFFIC_SCHEMA]);
      await awkwardTraffic(server, fakeLogLines(live.majorVersion));
      await takeLogs(server, formats, join(cwd, "quiet"));
      await plantLoggedFaults(server);
      await takeLogs(server, formats, join(cwd, "whole"));
      truth = countCsvLog(await readFile(join(cwd, "whole.csv"), "utf8"));
      quiet = await readLog("quiet.csv");
      for (const format of formats) whole.set(format, await readLog(`whole.${format}`));
    });

    afterAll(async () => {
      await server?.stop();
      await rm(cwd, { recursive: true, force: true });
    });

    it("reads each format whole, and detects the prefix", () => {
      for (const [format, { analysis, code, facts }] of whole) {
        expect(code).toBe(0);
        expect(facts.input.format, format).toBe(FORMAT_IDS[format]);
        expect(facts.input.unparsed, format).toEqual({ bytes: 0, lines: 0, examples: [] });
        expect(schemaErrors(analysis)).toEqual([]);
      }
      expect(whole.get("log")?.facts.input.prefix).toEqual({
        text: logPrefixOf(live.majorVersion),
        origin: "detected",
        matchedShare: 1,
      });
    });

    it.each(formats.filter((format) => format !== "csv"))("reports of .%s what it reports of .csv", (format) => {
      const report = withoutInput(whole.get(format));
      const ofCsv = withoutInput(whole.get("csv"));
      expect(report).toEqual(ofCsv);
      expect(JSON.stringify(report)).toBe(JSON.stringify(ofCsv));
    });

    it("counts what a reader of CSV counts", () => {
      expect(countedByDbperf(whole.get("csv"))).toEqual(truth);
      // Nothing that the comparison rests on is empty.
      expect(Object.entries(truth).filter(([, counted]) => isNothing(counted))).toEqual([]);
      expect(Object.keys(truth.cancellations)).toHaveLength(4);
    });

    it("finds nothing to warn of in the healthy part", () => {
      const { findings, outcomes } = quiet.analysis;
      expect(findings.filter(isLoud).map(({ message }) => message)).toEqual([]);
      expect(outcomes.filter(({ status }) => status === "crashed")).toEqual([]);
    });

    it("finds each planted fault and nothing else", () => {
      const { findings, outcomes } = reportOf(whole).analysis;
      const loud = findings.filter(isLoud);
      expect([...new Set(loud.map(({ ruleId }) => ruleId))].toSorted()).toEqual([...LOGGED_FAULTS]);
      expect(new Set(loud.map((finding) => `${finding.ruleId} ${subjectOf(finding)}`))).toEqual(EXPECTED);
      expect(outcomes.filter(({ status }) => status === "crashed")).toEqual([]);
    });

    it("tells the deadlock and the chain of waits session by session", () => {
      const { facts } = reportOf(whole);
      expect(facts.deadlocks).toHaveLength(1);
      const members = facts.deadlocks[0]?.members ?? [];
      expect(members.map(({ statement }) => statement?.query).toSorted()).toEqual([
        "update accounts set balance = balance + ? where id = ?",
        "update accounts set balance = balance - ? where id = ?",
      ]);
      expect(members.filter(({ isVictim }) => isVictim === true)).toHaveLength(1);
      expect(members.every(({ blockedBy, id }) => blockedBy.length === 1 && blockedBy[0] !== id)).toBe(true);
      const waits = facts.lockWaits.filter(({ waitedMs, outcome }) => waitedMs >= 400 && outcome === "acquired");
      const refund = waits.find(({ waiter }) => waiter.application === "refund");
      const last = waits.find(({ waiter }) => waiter.application === "statement");
      expect(last?.holders.map(({ pid }) => pid)).toEqual([refund?.waiter.pid]);
      expect(refund?.holders[0]?.lastStatement?.query).toBe("update accounts set balance = ? where id = ?");
    });

    it("keeps the tags of comments, and no literal", () => {
      const { analysis } = reportOf(whole);
      const items = analysis.statements?.items ?? [];
      const routes = items.flatMap(({ log }) => (log?.routes ?? []).map(({ name }) => name));
      expect(routes.toSorted()).toEqual(["/orders/:id", "orders#show"]);
      for (const { out } of whole.values()) {
        expect(out).not.toContain(SECRET);
        expect(out).not.toContain("99.000");
        expect(out).not.toContain("Grüße");
      }
    });

    it("joins percentiles of the log to the statements of the running server", async () => {
      const log = join(server.dataDirectory, "log", "server.log");
      const argv = ["analyze", server.url("shop"), "--log", log, "--format", "json", "--no-store", "--top", "500"];
      const { code, out, err } = await runCli(argv, { cwd });
      expect(code, err).toBe(0);
      const analysis: Analysis = JSON.parse(out);
      if (analysis.input.kind !== "capture") throw new Error("a server was analyzed");
      expect(analysis.input.log?.prefix).toMatchObject({ text: logPrefixOf(live.majorVersion), origin: "server" });
      const byQuery = new Map((analysis.statements?.items ?? []).map((item) => [item.query.slice(0, 40), item]));
      const joined = byQuery.get("select id, total from orders where custo");
      // The server counts from its own begin on, the log from its own: this one ran only while both looked on.
      expect(joined?.calls).toBe(20);
      expect(joined?.log?.hours.reduce((sum, { calls }) => sum + calls, 0)).toBe(20);
      expect(joined?.p50Ms).toBeGreaterThan(0);
      expect(joined?.p95Ms).toBeGreaterThanOrEqual(joined?.p50Ms ?? 0);
      expect(joined?.p99Ms).toBeGreaterThanOrEqual(joined?.p95Ms ?? 0);
      expect(joined?.log?.applications).toEqual([{ name: "shop web", calls: 20 }]);
      expect(analysis.deadlocks).toHaveLength(1);
      expect(schemaErrors(analysis)).toEqual([]);
    });

    async function readLog(file: string): Promise<ReadLog> {
      const saved = join(cwd, `${file}.capture.json`);
      const argv = ["logs", file, "--format", "json", "--no-store", "--top", "500", "--save-capture", saved];
      const result = await runCli(
        argv.map((word) => (word === file ? join(cwd, file) : word)),
        { cwd },
      );
      expect(result.out, result.err).not.toBe("");
      const capture: Capture = JSON.parse(await readFile(saved, "utf8"));
      const { log } = capture.artifacts;
      if (log.status !== "present") throw new Error("the capture has no log");
      return { ...result, analysis: JSON.parse(result.out), facts: log.value };
    }
  });
}

const FORMAT_IDS: Readonly<Record<string, string>> = {
  log: "postgres-stderr",
  csv: "postgres-csv",
  json: "postgres-json",
};

const EXPECTED = new Set([
  "connection-refused server",
  "deadlock update accounts set balance = balance + ? where id = ? | update accounts set balance = balance - ? where id = ?",
  "lock-wait-chain update accounts set balance = ? where id = ?",
  "plan-change select balance from accounts where lingers(id) and id = ?",
  "slow-statement select pg_sleep(?)",
  "statement-timeout select count(*) from notes",
  "statement-timeout select pg_sleep(?)",
  // The simple protocol names the statement of a temporary file; the extended one ends it behind the statement.
  "temporary-file-spill database",
  "temporary-file-spill select count(*) from (select md5(i::text) as hash from generate_series(?) i order by hash offset ?) s",
]);

function reportOf(reports: ReadonlyMap<string, ReadLog>): ReadLog {
  const report = reports.get("csv");
  if (report === undefined) throw new Error("the csvlog was not read");
  return report;
}

function subjectOf({ subject }: Analysis["findings"][number]): string {
  if (subject.kind === "statement") return subject.query;
  return subject.kind === "statements" ? subject.statements.map(({ query }) => query).join(" | ") : subject.kind;
}

/** Line numbers live in the input alone; the log's facts are compared with it. */
function withoutInput(report: ReadLog | undefined): unknown {
  if (report === undefined) return null;
  const { input: _, ...analysis } = report.analysis;
  const { input: __, ...facts } = report.facts;
  return { analysis, facts };
}

/** What the report says, as `countCsvLog` counts it. */
function countedByDbperf(report: ReadLog | undefined): LoggedTruth | null {
  const statements = report?.analysis.statements;
  if (report === undefined || statements === undefined) return null;
  const { facts } = report;
  const { items } = statements;
  const named = (of: "users" | "applications"): Counts =>
    addUp(items.flatMap(({ log }) => (log?.[of] ?? []).map(({ name, calls }) => [name, calls] as const)));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    calls: statements.calls,
    totalUs: Math.round(statements.totalMs * 1000),
    phasesUs: Math.round(sum(items.map(({ log }) => log?.phasesMs ?? 0)) * 1000),
    callsByUser: named("users"),
    callsByDatabase: addUp(items.map(({ database, calls }) => [database, calls])),
    callsByApplication: named("applications"),
    plans: sum(items.flatMap(({ log }) => (log?.plans ?? []).map(({ executions }) => executions))),
    deadlocks: facts.deadlockCount,
    lockWaits: facts.lockWaitTotals.count,
    refusals: sum(facts.refusals.map(({ count }) => count)),
    cancellations: addUp(facts.cancellations.map(({ cause, count }) => [cause, count])),
    errors: addUp(facts.errors.map(({ code, count }) => [code ?? "", count])),
    temporaryFiles: sum(facts.temporaryFiles.map(({ count }) => count)),
    temporaryBytes: sum(facts.temporaryFiles.map(({ totalBytes }) => totalBytes)),
    checkpoints: facts.checkpoints?.count ?? 0,
  };
}

function isNothing(counted: number | Counts): boolean {
  return typeof counted === "number" ? counted === 0 : Object.keys(counted).length === 0;
}

describe("the count of a csvlog", () => {
  it("counts executions by their message alone", async () => {
    const file = join(import.meta.dirname, "../../fixtures/logs/postgres-15/server.csv");
    const { calls, deadlocks, refusals } = countCsvLog(await readFile(file, "utf8"));
    expect({ calls, deadlocks, refusals }).toEqual({ calls: 40, deadlocks: 1, refusals: 1 });
  });
});

/** The traffic is driven by loops, which are rightly suspected where the machine is fast enough. */
const LOOP_RULES: ReadonlySet<string> = new Set(["n-plus-one", "redundant-query", "row-by-row-write"]);

function isLoud({ severity, ruleId }: { readonly severity: string; readonly ruleId: string }): boolean {
  return severity !== "info" && !LOOP_RULES.has(ruleId);
}
