import pc from "picocolors";
import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/model/analysis.ts";
import { renderFinding } from "../../../src/report/finding.ts";
import { PLAIN } from "../../../src/report/reporter.ts";
import { renderText } from "../../../src/report/text.ts";
import { displayWidth } from "../../../src/util/text.ts";
import { cleanAnalysis, sampleAnalysis, sampleFinding } from "../../support/sample-analysis.ts";

const render = (analysis: Analysis, width = 100): string => renderText(analysis, { width, color: PLAIN });
const isCommand = (line: string): boolean => /create index|grant /.test(line);

describe("renderText", () => {
  it("has no escape sequence without colour, and some with it", () => {
    expect(render(sampleAnalysis)).not.toContain("\u001b");
    expect(renderText(sampleAnalysis, { width: 100, color: pc.createColors(true) })).toContain("\u001b[");
  });

  it.each([60, 80, 100, 120])("stays within %i columns, except for what is pasted", (width) => {
    const long = render(sampleAnalysis, width)
      .split("\n")
      .filter((line) => displayWidth(line) > width && !isCommand(line));
    expect(long).toEqual([]);
  });

  it("never wraps or cuts a statement to paste", () => {
    const ddl = `create index concurrently on orders (${"column_with_a_long_name, ".repeat(12)}id);`;
    const [first, ...rest] = sampleAnalysis.recommendations;
    const recommendations = first === undefined ? [] : [{ ...first, ddl }, ...rest];
    expect(render({ ...sampleAnalysis, recommendations }, 60)).toContain(`→ ${ddl}\n`);
  });

  it("tells parts under their cause and not by themselves", () => {
    const text = render(sampleAnalysis);
    expect(text).toContain("also explains: slow-statement");
    expect(text).not.toContain("slow-statement ·");
  });

  it("says what is estimated and is silent where all is measured", () => {
    expect(
      render({ ...cleanAnalysis, findings: [sampleFinding("a:aaaa11112222", { confidence: "heuristic" })] }),
    ).toContain("a hint, not measured");
    expect(render({ ...cleanAnalysis, findings: [sampleFinding("a:aaaa11112222")] })).not.toContain("not measured");
  });

  it("shows ten findings and counts the rest", () => {
    const findings = Array.from({ length: 17 }, (_, index) => sampleFinding(`rule-${index}:aaaa11112222`));
    const text = render({ ...cleanAnalysis, findings });
    expect(text.match(/▲ warning/g)).toHaveLength(10);
    expect(text).toContain(" 7 more: dbperf analyze --format json");
  });

  it("counts suppressed findings in one line", () => {
    const findings = [sampleFinding("a:aaaa11112222", { suppressed: { reason: "known", until: null } })];
    expect(render({ ...cleanAnalysis, findings })).toContain("Suppressed: 1 finding (dbperf.suppressions.yaml).");
  });

  it("says that the reset is unknown, with the reason only where it is one", () => {
    const window = { ...sampleAnalysis.window, from: null };
    const server = sampleAnalysis.server;
    const old = server === undefined ? {} : { server: { ...server, majorVersion: 12 } };
    expect(render({ ...sampleAnalysis, ...old, window }, 120)).toContain("before 14 does not say");
    expect(render({ ...sampleAnalysis, window }, 120)).not.toContain("does not say");
  });

  it("shows the line that makes a gap visible as it is", () => {
    expect(render(sampleAnalysis)).toContain("\n     grant select on all tables in schema billing to dbperf;\n");
  });

  it("names a crashed rule", () => {
    const outcomes = [{ ruleId: "dead-tuples", status: "crashed", error: "x is undefined" } as const];
    expect(render({ ...cleanAnalysis, outcomes })).toContain("it crashed, which is a bug of dbperf: x is undefined");
  });

  it("lets no control character of a database through", () => {
    const findings = [
      sampleFinding("a:aaaa11112222", {
        message: "x\u001b]0;owned\u0007",
        subject: { kind: "table", table: { schema: "public", name: "a\u202eb" } },
      }),
    ];
    const text = render({ ...cleanAnalysis, findings });
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(text).toContain("a\\u202eb");
  });
});

describe("renderFinding", () => {
  const finding = sampleAnalysis.findings[0] ?? sampleFinding("a:1");
  const text = renderFinding(sampleAnalysis, finding, { width: 100, color: PLAIN });

  it("has the whole query, all risks, the parts and the plan", () => {
    expect(text).toContain("order by created_at desc limit $3\n");
    expect(text.match(/risk: /g)).toHaveLength(2);
    expect(text).toContain("Also explains: slow-statement:1b20c77de9a4");
    expect(text).toContain("Parallel Seq Scan on orders · 107 rows expected ← costliest");
  });

  it("never gives planner cost as time", () => {
    expect(text).toContain("planner cost 51,304 (no time unit)");
  });
});
