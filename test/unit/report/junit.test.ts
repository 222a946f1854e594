import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/model/analysis.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { hostileText } from "../../support/hostile-text.ts";
import { parseXml, type XmlElement } from "../../support/parse-xml.ts";
import { cleanAnalysis, sampleAnalysis, sampleFinding } from "../../support/sample-analysis.ts";
import { sampleLogAnalysis } from "../../support/sample-log-analysis.ts";
import { sampleLoopFinding } from "../../support/sample-loop-finding.ts";

function suiteOf(analysis: Analysis, titles: Parameters<typeof renderJunit>[1] = []): XmlElement {
  const root = parseXml(renderJunit(analysis, titles));
  const [suite, ...others] = root.children;
  if (suite === undefined || others.length > 0 || root.name !== "testsuites") throw new Error("not one suite");
  return suite;
}

const casesOf = (suite: XmlElement) => suite.children.filter(({ name }) => name === "testcase");

/** What stands in the test case of rule `a` that has these findings. */
function caseOf(...findings: Analysis["findings"]): readonly XmlElement[] {
  const outcomes = [{ ruleId: "a", status: "ran", findings: findings.length }] as const;
  const [only, ...others] = casesOf(suiteOf({ ...cleanAnalysis, findings, outcomes }));
  expect(others).toEqual([]);
  return only?.children ?? [];
}

const names = (elements: readonly XmlElement[]) => elements.map(({ name }) => name);

describe("test cases", () => {
  it("are the rules, by id and title", () => {
    const outcomes = [
      { ruleId: "b-rule", status: "ran", findings: 0 },
      { ruleId: "a-rule", status: "ran", findings: 0 },
    ] as const;
    const cases = casesOf(suiteOf({ ...cleanAnalysis, outcomes }, [{ id: "b-rule", title: "B is wrong" }]));
    expect(cases.map(({ attributes }) => attributes)).toEqual([
      { classname: "dbperf.a-rule", name: "A rule" },
      { classname: "dbperf.b-rule", name: "B is wrong" },
    ]);
    expect(cases.flatMap(({ children }) => children)).toEqual([]);
  });

  it("say why a rule was skipped", () => {
    const outcomes = [{ ruleId: "a", status: "skipped", because: "no log was read" }] as const;
    const suite = suiteOf({ ...cleanAnalysis, outcomes });
    expect(casesOf(suite)[0]?.children).toMatchObject([
      { name: "skipped", attributes: { message: "no log was read" } },
    ]);
    expect(suite.attributes).toMatchObject({ tests: "1", skipped: "1", failures: "0", errors: "0" });
  });

  it("say that a rule crashed", () => {
    const outcomes = [{ ruleId: "a", status: "crashed", error: "x is undefined" }] as const;
    const suite = suiteOf({ ...cleanAnalysis, outcomes });
    expect(casesOf(suite)[0]?.children).toMatchObject([{ name: "error", text: "x is undefined" }]);
    expect(suite.attributes).toMatchObject({ tests: "1", skipped: "0", failures: "0", errors: "1" });
  });

  it("hold a finding of a rule that has no outcome", () => {
    const findings = [sampleFinding("a:1")];
    expect(names(casesOf(suiteOf({ ...cleanAnalysis, outcomes: [], findings }))[0]?.children ?? [])).toEqual([
      "failure",
    ]);
  });
});

describe("failures", () => {
  it.each(["critical", "warning"] as const)("are findings that are %s", (severity) => {
    expect(caseOf(sampleFinding("a:1", { severity }))).toMatchObject([
      { name: "failure", attributes: { message: "a:1 is wrong", type: severity } },
    ]);
  });

  it.each([
    ["for information", { severity: "info" }, "For information:\ninfo: a:1 is wrong\n"],
    ["a hint", { confidence: "heuristic" }, "A hint:\nwarning: a:1 is wrong\n"],
    ["part of another", { partOf: "b:2" }, "Goes away with b:2:\n"],
    ["suppressed", { suppressed: { reason: "nightly job", until: null } }, "Suppressed, nightly job:\n"],
  ] as const)("are no findings that are %s, which are told", (_, change, words) => {
    const [told, ...others] = caseOf(sampleFinding("a:1", change));
    expect(others).toEqual([]);
    expect(told?.name).toBe("system-out");
    expect(told?.text).toContain(words);
  });

  it("are one element for all findings of a rule, the worst first", () => {
    const [failure, told, ...others] = caseOf(
      sampleFinding("a:1"),
      sampleFinding("a:2", { severity: "critical" }),
      sampleFinding("a:3", { severity: "info" }),
    );
    expect(others).toEqual([]);
    expect(failure?.attributes).toEqual({ message: "a:2 is wrong (and 1 more finding)", type: "critical" });
    expect(failure?.text).toMatch(/^critical: a:2 is wrong\n[\s\S]*\n\nwarning: a:1 is wrong\n/);
    expect(failure?.text).not.toContain("a:3");
    expect(told?.text).toContain("a:3");
  });

  it("name the line, the statement and the key", () => {
    const findings = [sampleLoopFinding()];
    const [failed] = casesOf(suiteOf({ ...cleanAnalysis, outcomes: [], findings }));
    expect(failed?.children[0]?.text.split("\n")).toEqual([
      "warning: GET /orders sends one statement for each of 50 orders",
      "51 statements where 2 would do.",
      "Subject: select name from customers where id = $1",
      "At: src/orders.ts:42:18",
      "More: dbperf show n-plus-one:6a1f00c2d9e4",
    ]);
  });

  it("give the advice", () => {
    const failed = casesOf(suiteOf(sampleAnalysis)).find(({ attributes }) =>
      attributes.classname?.endsWith(".duplicate-index"),
    );
    expect(failed?.children[0]?.text).toContain(
      "\nAdvice: Drop the index orders_created_at_idx1.\ndrop index concurrently public.orders_created_at_idx1;\n",
    );
  });
});

describe("the suite", () => {
  it.each([
    ["shop on db1.internal:5432", sampleAnalysis],
    ["postgresql-2026-11-23.log and 1 more file", sampleLogAnalysis],
  ])("is named for %s and counts its cases", (place, analysis) => {
    const suite = suiteOf(analysis);
    const cases = casesOf(suite);
    const having = (element: string) =>
      String(cases.filter(({ children }) => names(children).includes(element)).length);
    expect(suite.attributes).toEqual({
      name: `dbperf: ${place}`,
      tests: String(cases.length),
      failures: having("failure"),
      errors: having("error"),
      skipped: having("skipped"),
    });
    expect(Number(suite.attributes.failures)).toBeGreaterThan(0);
  });

  it("tells what was not checked", () => {
    expect(suiteOf(sampleAnalysis).children.at(-1)).toMatchObject({
      name: "system-out",
      text: expect.stringContaining("Not checked: plans of 3 statements (no permission)\ngrant select"),
    });
    expect(names(suiteOf({ ...cleanAnalysis, notChecked: [] }).children)).not.toContain("system-out");
  });
});

describe("hostile text", () => {
  it("gives XML that is well-formed and says the same", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const finding = sampleLoopFinding(
          { query: text, callSite: { file: text, line: 1, column: null, functionName: text } },
          { headline: text, message: text },
        );
        const outcomes = [
          { ruleId: "s", status: "skipped", because: text },
          { ruleId: "t", status: "crashed", error: text },
        ] as const;
        const notChecked = [{ artifact: "x", what: text, reason: "failed", hint: text }] as const;
        const findings = [finding, sampleFinding("a:1", { suppressed: { reason: text, until: null } })];
        const suite = suiteOf({ ...cleanAnalysis, findings, outcomes, notChecked }, [{ id: "s", title: text }]);
        expect(casesOf(suite).map(({ children }) => names(children))).toEqual([
          ["system-out"],
          ["failure"],
          ["skipped"],
          ["error"],
        ]);
      }),
    );
  });

  it("is shown, not dropped", () => {
    const [failure] = caseOf(sampleFinding("a:1", { message: 'a\u0001 ]]> <b> & "c" \ud800 \uffff' }));
    expect(failure?.text).toContain('a\\x01 ]]> <b> & "c" \\ud800 \\uffff');
  });
});

describe("parseXml of these tests", () => {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';

  it.each([
    "<a>&b;</a>",
    "<a>& b</a>",
    "<a>]]></a>",
    '<a b="<"/>',
    '<a b="1" b="2"/>',
    "<a></b>",
    "<a><b></a>",
    "<a/><b/>",
    "<a>\uffff</a>",
    "<a>\u0001</a>",
    "<a>&#1;</a>",
    "<a>",
    "",
  ])("refuses %j", (body) => {
    expect(() => parseXml(head + body)).toThrow(/./);
  });

  it("reads what is well-formed", () => {
    expect(parseXml(`${head}<a b="&lt;&#39;"> x<c/>&amp;</a>\n`)).toEqual({
      name: "a",
      attributes: { b: "<'" },
      text: " x&",
      children: [{ name: "c", attributes: {}, text: "", children: [] }],
    });
  });
});
