import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PLAIN } from "../../src/report/index.ts";
import { reporters } from "../support/reporters.ts";
import { sampleAnalysis } from "../support/sample-analysis.ts";
import { sampleLogAnalysis } from "../support/sample-log-analysis.ts";

const folder = new URL("../../fixtures/golden/", import.meta.url);
const update = process.env["DBPERF_UPDATE_GOLDEN"] === "1";

describe.each([
  ["sample", sampleAnalysis, 110],
  ["log-sample", sampleLogAnalysis, 100],
])("the reports of %s", (name, analysis, width) => {
  it.each(reporters)("$format is as reviewed", ({ extension, render }) => {
    const file = new URL(`${name}.${extension}`, folder);
    const report = render(analysis, { width, color: PLAIN });
    if (update) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, report);
    }
    expect(report).toBe(readFileSync(file, "utf8"));
  });
});
