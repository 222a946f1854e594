import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Analysis } from "../../src/model/index.ts";
import { schemaErrors } from "../support/report-schema.ts";

const ROOT = join(import.meta.dirname, "../..");
const GOLDEN = join(ROOT, "fixtures/golden");

const MINIMAL: Analysis = {
  schemaVersion: 1,
  tool: { name: "dbperf", version: "0.1.0" },
  target: { engine: "postgres", host: "localhost", port: 5432, database: "shop", user: "dbperf", name: null },
  input: {
    kind: "capture",
    capturedFrom: "2026-11-23T09:40:00.000Z",
    capturedTo: "2026-11-23T09:40:02.000Z",
  },
  window: { from: null, to: "2026-11-23T09:40:02.000Z", kind: "since-reset" },
  notices: [],
  findings: [],
  recommendations: [],
  outcomes: [{ ruleId: "dead-tuples", status: "skipped", because: "tables could not be seen" }],
  notChecked: [],
};

const golden = existsSync(GOLDEN) ? readdirSync(GOLDEN).filter((name) => name.endsWith(".json")) : [];

describe("the schema of the JSON report", () => {
  it("accepts the smallest report", () => {
    expect(schemaErrors(MINIMAL)).toEqual([]);
  });

  it.each(golden)("accepts the golden report %s", (name) => {
    expect(schemaErrors(readJson(join(GOLDEN, name)))).toEqual([]);
  });

  it.each([
    ["a missing part", { ...MINIMAL, findings: undefined }],
    ["an unknown property", { ...MINIMAL, extra: 1 }],
    ["another version", { ...MINIMAL, schemaVersion: 2 }],
    ["a wrong type", { ...MINIMAL, window: { ...MINIMAL.window, from: 12 } }],
    ["an unknown outcome", { ...MINIMAL, outcomes: [{ ruleId: "dead-tuples", status: "guessed" }] }],
  ])("rejects %s", (_, broken) => {
    expect(schemaErrors(JSON.parse(JSON.stringify(broken)))).not.toEqual([]);
  });
});

function readJson(file: string): Analysis {
  return JSON.parse(readFileSync(file, "utf8"));
}
