import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PLAIN, reporters } from "../../src/report/index.ts";
import { sampleAnalysis } from "../support/sample-analysis.ts";

const folder = new URL("../../fixtures/golden/", import.meta.url);
const update = process.env["DBPERF_UPDATE_GOLDEN"] === "1";

describe("reports of the sample shop", () => {
  it.each(reporters)("$format is as reviewed", ({ extension, render }) => {
    const file = new URL(`sample.${extension}`, folder);
    const report = render(sampleAnalysis, { width: 110, color: PLAIN });
    if (update) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, report);
    }
    expect(report).toBe(readFileSync(file, "utf8"));
  });
});
