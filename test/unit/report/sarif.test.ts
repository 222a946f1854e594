import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/model/analysis.ts";
import { renderSarif } from "../../../src/report/sarif.ts";
import { hostileText } from "../../support/hostile-text.ts";
import { cleanAnalysis, sampleAnalysis, sampleFinding } from "../../support/sample-analysis.ts";
import { sampleLogAnalysis } from "../../support/sample-log-analysis.ts";
import { sampleLoopFinding } from "../../support/sample-loop-finding.ts";
import { SARIF_SHAPE, type SarifLog } from "../../support/sarif-shape.ts";

const isSarif = new Ajv({ strict: true, allErrors: true }).compile(SARIF_SHAPE);

function logOf(analysis: Analysis, titles: Parameters<typeof renderSarif>[1] = []): SarifLog {
  const log: SarifLog = JSON.parse(renderSarif(analysis, titles));
  isSarif(log);
  expect(isSarif.errors ?? []).toEqual([]);
  return log;
}

const runOf = (analysis: Analysis) => {
  const [run] = logOf(analysis).runs;
  if (run === undefined) throw new Error("no run");
  return run;
};

const withFindings = (...findings: Analysis["findings"]): Analysis => ({ ...cleanAnalysis, findings });

const resultOf = (finding: Analysis["findings"][number]) => runOf(withFindings(finding)).results[0];

describe("the shape of SARIF", () => {
  it.each([
    ["a database", sampleAnalysis],
    ["a database without findings", cleanAnalysis],
    ["a log", sampleLogAnalysis],
    ["a loop", withFindings(sampleLoopFinding())],
    ["nothing optional", { ...cleanAnalysis, outcomes: [], notChecked: [] }],
  ])("holds for %s", (_, analysis) => {
    const { $schema, version, runs } = logOf(analysis);
    expect({ $schema, version, runs: runs.length }).toEqual({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: 1,
    });
  });

  it("is one that this test can miss", () => {
    expect(isSarif({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } } }] })).toBe(false);
  });
});

describe("results", () => {
  it("have the level of their severity", () => {
    const levels = (["critical", "warning", "info"] as const).map(
      (severity) => resultOf(sampleFinding("a:1", { severity }))?.level,
    );
    expect(levels).toEqual(["error", "warning", "note"]);
  });

  it("say headline, message and advice, and keep their key", () => {
    const result = runOf(sampleAnalysis).results.find(({ ruleId }) => ruleId === "duplicate-index");
    expect(result).toMatchObject({
      message: {
        text: expect.stringMatching(/^orders_created_at_idx1 repeats .*\.\n.* for nothing\.\n→ Drop the index .*\.$/),
      },
      partialFingerprints: { "dbperf/key": "duplicate-index:5e0b7712c9f6" },
      properties: { confidence: "measured" },
    });
  });

  it("point at their rule", () => {
    const { results, tool } = runOf(sampleAnalysis);
    expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
      results.map(({ ruleId }) => ruleId),
    );
  });

  it("leave out what goes away with another finding", () => {
    const parts = sampleAnalysis.findings.filter(({ partOf }) => partOf !== null);
    expect(parts).not.toEqual([]);
    expect(runOf(sampleAnalysis).results).toHaveLength(sampleAnalysis.findings.length - parts.length);
  });

  it("are suppressed where the finding is, with the reason", () => {
    expect(resultOf(sampleFinding("a:1"))).not.toHaveProperty("suppressions");
    const suppressed = { reason: "nightly job", until: "2027-01-01" };
    expect(resultOf(sampleFinding("a:1", { suppressed }))?.suppressions).toEqual([
      { kind: "external", status: "accepted", justification: "nightly job (until 2027-01-01)" },
    ]);
  });

  it("hold no link that a statement spells", () => {
    const message = "any(array[1](http://evil))";
    expect(resultOf(sampleFinding("a:1", { message }))?.message.text).toContain("array[1] (http");
  });
});

describe("rules of SARIF", () => {
  it("are all that ran, were skipped or crashed, with their titles", () => {
    const outcomes = [
      { ruleId: "b-rule", status: "crashed", error: "x is undefined" },
      { ruleId: "a-rule", status: "ran", findings: 0 },
      { ruleId: "c-rule", status: "skipped", because: "no log was read" },
    ] as const;
    const [run] = logOf({ ...cleanAnalysis, outcomes }, [{ id: "a-rule", title: "A is wrong" }]).runs;
    expect(run?.tool.driver.rules.map(({ id, shortDescription }) => [id, shortDescription.text])).toEqual([
      ["a-rule", "A is wrong"],
      ["b-rule", "B rule"],
      ["c-rule", "C rule"],
    ]);
    expect(run?.invocations[0]?.toolExecutionNotifications.filter(({ associatedRule }) => associatedRule)).toEqual([
      {
        level: "error",
        message: { text: "The rule crashed, which is a bug of dbperf: x is undefined" },
        associatedRule: { id: "b-rule", index: 1 },
      },
      { level: "note", message: { text: "Not checked: no log was read" }, associatedRule: { id: "c-rule", index: 2 } },
    ]);
  });
});

describe("what was not checked", () => {
  it("is told with what makes it visible", () => {
    const [invocation] = runOf(sampleAnalysis).invocations;
    expect(invocation?.executionSuccessful).toBe(true);
    expect(invocation?.toolExecutionNotifications.map(({ message }) => message.text)).toContain(
      "Not checked: plans of 3 statements (no permission)\ngrant select on all tables in schema billing to dbperf;",
    );
  });

  it("is nothing where all was", () => {
    const whole = { ...cleanAnalysis, notChecked: [], outcomes: [] };
    expect(runOf(whole).invocations[0]?.toolExecutionNotifications).toEqual([]);
  });
});

describe("locations", () => {
  const site = { file: "src/orders.ts", line: 42, column: 18, functionName: null };
  const physical = (change: Partial<typeof site>) =>
    resultOf(sampleLoopFinding({ callSite: { ...site, ...change } }))?.locations[0]?.physicalLocation;

  it("are the line that sends the statement", () => {
    expect(resultOf(sampleLoopFinding())?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: "src/orders.ts", uriBaseId: "%SRCROOT%" },
          region: { startLine: 42, startColumn: 18 },
        },
        logicalLocations: [{ name: "listOrders", kind: "function" }],
      },
    ]);
  });

  it("are the object of the database where no line is known", () => {
    const name = "select name from customers where id = $1";
    expect(resultOf(sampleLoopFinding({ callSite: null }))?.locations).toEqual([
      { logicalLocations: [{ name, kind: "resource" }] },
    ]);
    expect(resultOf(sampleFinding("a:1"))?.locations).toEqual([
      { logicalLocations: [{ name: "orders", kind: "resource" }] },
    ]);
  });

  it.each([
    ["./src/a.ts", "src/a.ts"],
    ["src\\jobs\\a.ts", "src/jobs/a.ts"],
    ["src/[id]/a b#1?.ts", "src/%5Bid%5D/a%20b%231%3F.ts"],
    ["src/100%.ts", "src/100%25.ts"],
    ["src/größe.ts", "src/gr%C3%B6%C3%9Fe.ts"],
    ["src/\ud800.ts", "src/%EF%BF%BD.ts"],
    ["node:a.ts", "node%3Aa.ts"],
  ])("%j is a path from the root of the sources", (file, uri) => {
    expect(physical({ file })?.artifactLocation).toEqual({ uri, uriBaseId: "%SRCROOT%" });
  });

  it.each([
    ["/srv/app/a b.ts", "file:///srv/app/a%20b.ts"],
    ["C:\\app\\a.ts", "file:///C:/app/a.ts"],
    ["file:///srv/a%20b|c%23.ts", "file:///srv/a%20b%7Cc%23.ts"],
  ])("%j is absolute", (file, uri) => {
    expect(physical({ file })?.artifactLocation).toEqual({ uri });
  });

  it("have no line or column that is not known", () => {
    expect(physical({ line: 0 })).not.toHaveProperty("region");
    expect(physical({ column: 0 })?.region).toEqual({ startLine: 42 });
  });
});

describe("hostile text", () => {
  it("gives SARIF that every reader of JSON takes", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, file) => {
        const finding = sampleLoopFinding(
          { query: text, callSite: { file, line: 1, column: null, functionName: text } },
          { headline: text, message: text, suppressed: { reason: text, until: null } },
        );
        const report = renderSarif(
          {
            ...cleanAnalysis,
            findings: [finding, sampleFinding("a:1", { subject: { kind: "setting", name: text } })],
            outcomes: [{ ruleId: "n-plus-one", status: "crashed", error: text }],
            notChecked: [{ artifact: "x", what: text, reason: "failed", hint: text }],
          },
          [{ id: "n-plus-one", title: `x${text}` }],
        );
        const log: SarifLog = JSON.parse(report, (_, value: unknown) => {
          if (typeof value === "string") expect(value).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
          return value;
        });
        isSarif(log);
        expect(isSarif.errors ?? []).toEqual([]);
        for (const { locations } of log.runs[0]?.results ?? []) {
          const uri = locations[0]?.physicalLocation?.artifactLocation.uri;
          if (uri !== undefined) expect(() => decodeURIComponent(uri)).not.toThrow();
        }
      }),
    );
  });
});
