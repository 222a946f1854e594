import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/model/finding.ts";
import { arrange, shortKey, sortFindings } from "../../../src/report/arrange.ts";
import { cleanAnalysis, sampleFinding } from "../../support/sample-analysis.ts";

const arranged = (findings: readonly Finding[]) => arrange({ ...cleanAnalysis, findings });

describe("sortFindings", () => {
  it("puts severity before saving before key", () => {
    const keys = sortFindings([
      sampleFinding("d:1", { severity: "info", savesMsPerHour: 9e9 }),
      sampleFinding("c:1", { savesMsPerHour: null }),
      sampleFinding("b:2", { savesMsPerHour: 5 }),
      sampleFinding("b:1", { savesMsPerHour: 5 }),
      sampleFinding("a:1", { savesMsPerHour: 50 }),
      sampleFinding("z:1", { severity: "critical" }),
    ]).map((finding) => finding.key);
    expect(keys).toEqual(["z:1", "a:1", "b:1", "b:2", "c:1", "d:1"]);
  });
});

describe("arrange", () => {
  it("names the parts of a finding under it, grandchildren too", () => {
    const { problems } = arranged([
      sampleFinding("root:1"),
      sampleFinding("child:1", { partOf: "root:1" }),
      sampleFinding("grandchild:1", { partOf: "child:1" }),
    ]);
    expect(problems.map((entry) => [entry.finding.key, entry.alsoExplains])).toEqual([
      ["root:1", ["child", "grandchild"]],
    ]);
  });

  it("shows a part by itself when its parent is suppressed or unknown", () => {
    const { problems, suppressed } = arranged([
      sampleFinding("root:1", { suppressed: { reason: "known", until: null } }),
      sampleFinding("child:1", { partOf: "root:1" }),
      sampleFinding("other:1", { partOf: "gone:1" }),
    ]);
    expect(problems.map((entry) => entry.finding.key)).toEqual(["child:1", "other:1"]);
    expect(suppressed).toHaveLength(1);
  });

  it("loses nothing in a circle", () => {
    const { problems } = arranged([sampleFinding("a:1", { partOf: "b:1" }), sampleFinding("b:1", { partOf: "a:1" })]);
    expect(problems).toHaveLength(2);
  });

  it("groups skipped rules by their reason", () => {
    const outcomes = ["x", "y"].map((ruleId) => ({ ruleId, status: "skipped", because: "no statements" }) as const);
    expect(arrange({ ...cleanAnalysis, outcomes }).skipped).toEqual([
      { because: "no statements", ruleIds: ["x", "y"] },
    ]);
  });
});

describe("shortKey", () => {
  it("takes four characters where they suffice, more where not", () => {
    expect(shortKey("a:7f3a91c04b2e", ["a:7f3a91c04b2e", "b:7f3a00000000"])).toBe("a:7f3a");
    expect(shortKey("a:7f3a91c04b2e", ["a:7f3a91c04b2e", "a:7f3a95000000"])).toBe("a:7f3a91");
  });
});
