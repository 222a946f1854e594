import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/model/analysis.ts";
import { renderHtml } from "../../../src/report/html/page.ts";
import { PLAIN, REPORT_FORMATS } from "../../../src/report/index.ts";
import { renderJson } from "../../../src/report/json.ts";
import { renderMarkdown } from "../../../src/report/markdown.ts";
import { reporters } from "../../support/reporters.ts";
import { cleanAnalysis, sampleAnalysis, sampleFinding } from "../../support/sample-analysis.ts";
import { sampleStatement } from "../../support/sample-statements.ts";

const HOSTILE = "select '<script>alert(1)</script>', \"a|b\", `c` -- \u202e ](http://evil)";

function hostile(): Analysis {
  const statements = sampleAnalysis.statements;
  return {
    ...sampleAnalysis,
    findings: [
      sampleFinding("a:aaaa11112222", {
        subject: { kind: "statement", fingerprint: "f", query: HOSTILE },
        message: HOSTILE,
        headline: HOSTILE,
      }),
    ],
    ...(statements === undefined
      ? {}
      : { statements: { ...statements, items: [sampleStatement("f", HOSTILE, 1, 1)] } }),
  };
}

describe("reporters", () => {
  it("are told apart by format and extension", () => {
    expect(reporters.map((reporter) => reporter.format)).toEqual(REPORT_FORMATS);
    expect(new Set(reporters.map((reporter) => reporter.extension)).size).toBe(reporters.length);
  });

  it.each(reporters)("$format: the same analysis gives the same report", (reporter) => {
    const options = { width: 100, color: PLAIN };
    expect(reporter.render(structuredClone(sampleAnalysis), options)).toBe(reporter.render(sampleAnalysis, options));
  });

  it.each(reporters)("$format: an analysis with nothing optional", (reporter) => {
    const { schemaVersion, tool, target, input, window, notices } = sampleAnalysis;
    const bare: Analysis = {
      schemaVersion,
      tool,
      ...(target === undefined ? {} : { target }),
      input,
      window,
      notices,
      findings: [],
      recommendations: [],
      outcomes: [],
      notChecked: [],
    };
    expect(reporter.render(bare, { width: 100, color: PLAIN })).toMatch(/\n$/);
  });
});

describe("renderJson", () => {
  it("holds all of the analysis", () => {
    expect(JSON.parse(renderJson(sampleAnalysis))).toMatchObject({
      target: sampleAnalysis.target,
      statements: sampleAnalysis.statements,
    });
    expect(JSON.parse(renderJson(sampleAnalysis)).findings).toHaveLength(sampleAnalysis.findings.length);
  });

  it("does not depend on the order of keys or findings", () => {
    const reversed = Object.fromEntries(Object.entries(sampleAnalysis).reverse());
    expect(renderJson({ ...sampleAnalysis, ...reversed, findings: [...sampleAnalysis.findings].reverse() })).toBe(
      renderJson(sampleAnalysis),
    );
  });
});

describe("renderMarkdown", () => {
  it("leaves hostile text inert", () => {
    const text = renderMarkdown(hostile());
    expect(text.replace(/(`+)[^\n]*?\1/g, "")).not.toMatch(/<script|\u202e|[^\\]\]\(/);
    expect(text).toContain("a\\|b");
  });

  it("keeps names readable", () => {
    expect(renderMarkdown(sampleAnalysis)).toContain("leads with customer_id and status");
  });
});

describe("renderHtml", () => {
  it("escapes every value", () => {
    const page = renderHtml(hostile());
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain("&lt;script&gt;alert(1)");
    expect(page).toContain("\\u202e");
    expect(page).not.toContain("\u202e");
  });

  it("cuts a megabyte of SQL and says so", () => {
    const query = `select ${"1, ".repeat(350_000)}2`;
    const statements = sampleAnalysis.statements;
    const items = [sampleStatement("f", query, 1, 1)];
    const page = renderHtml({
      ...cleanAnalysis,
      ...(statements === undefined ? {} : { statements: { ...statements, items } }),
    });
    expect(page.length).toBeLessThan(100_000);
    expect(page).toContain("more characters)");
  });

  it("names no address to fetch", () => {
    const page = renderHtml(sampleAnalysis);
    expect(page).not.toMatch(/(?:src|href)="(?!data:,)/);
    expect(page).toContain("default-src &#39;none&#39;");
  });

  const wait = { waitSeconds: 3, isUpperBound: true, mode: null, objectKind: null, relation: null };

  it("shows each waiter of a queue once, though everyone waits for everyone ahead", () => {
    const pids = Array.from({ length: 40 }, (_, index) => index + 1);
    const locks = pids.flatMap((waiterPid) =>
      pids.filter((pid) => pid < waiterPid).map((blockerPid) => ({ ...wait, waiterPid, blockerPid })),
    );
    const page = renderHtml({ ...cleanAnalysis, locks });
    for (const pid of pids) expect(page.split(`<b>pid ${pid}</b>`)).toHaveLength(2);
  });

  it("shows a circle beside a tree", () => {
    const locks = [
      { ...wait, waiterPid: 1, blockerPid: 2 },
      { ...wait, waiterPid: 2, blockerPid: 1 },
      { ...wait, waiterPid: 4, blockerPid: 3 },
    ];
    const page = renderHtml({ ...cleanAnalysis, locks });
    expect(page).toContain("<b>pid 4</b>");
    expect(page.match(/a circle of waits/g)).toHaveLength(1);
  });

  it("shows a circle of lock waits without an end", () => {
    const locks = [
      { ...wait, waiterPid: 1, blockerPid: 2 },
      { ...wait, waiterPid: 2, blockerPid: 1 },
    ];
    const page = renderHtml({ ...cleanAnalysis, locks });
    expect(page).toContain("a circle of waits");
    expect(page).toContain("waits at most 3 s");
  });
});
