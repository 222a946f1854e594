import { describe, expect, it } from "vitest";
import { headline } from "../../../src/report/headline.ts";
import { cleanAnalysis, sampleAnalysis, sampleFinding } from "../../support/sample-analysis.ts";

const worst = sampleFinding("missing-index:aaaa11112222", {
  severity: "critical",
  headline: "61 % of database time is one query",
});

describe("headline", () => {
  it("says the worst finding, what is blocked and how much more there is", () => {
    expect(headline(sampleAnalysis)).toBe(
      "61 % of database time is one query without an index. Two sessions are blocked now. 2 more findings.",
    );
  });

  it("says one thing only once", () => {
    const blocked = sampleFinding("blocked-session:bbbb11112222", {
      severity: "critical",
      headline: "Two sessions wait for pid 7.",
    });
    expect(headline({ ...sampleAnalysis, findings: [blocked] })).toBe("Two sessions wait for pid 7.");
  });

  it("counts neither notes nor parts nor suppressed findings", () => {
    const findings = [
      worst,
      sampleFinding("slow-statement:bbbb11112222", { partOf: worst.key }),
      sampleFinding("low-cache-hit-ratio:cccc11112222", { severity: "info" }),
      sampleFinding("dead-tuples:dddd11112222", { suppressed: { reason: "known", until: null } }),
    ];
    expect(headline({ ...cleanAnalysis, findings })).toBe("61 % of database time is one query.");
  });

  it("says that nothing was found, and what could not look", () => {
    expect(headline(cleanAnalysis)).toBe("No problem found: 9 rules looked, 1 could not (see not checked).");
  });

  it("does not call a database healthy that no rule looked at", () => {
    const outcomes = [{ ruleId: "a", status: "skipped", because: "statements are absent" } as const];
    expect(headline({ ...cleanAnalysis, outcomes })).toBe(
      "Nothing could be judged: 1 rule could not look (see not checked).",
    );
  });

  it("keeps control characters out", () => {
    const findings = [sampleFinding("a:aaaa11112222", { headline: "bad \u001b[2J name" })];
    expect(headline({ ...cleanAnalysis, findings })).toBe("bad \\x1b[2J name.");
  });
});
