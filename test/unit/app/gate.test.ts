import { describe, expect, it } from "vitest";
import { gateFailures } from "../../../src/app/gate.ts";
import type { Finding } from "../../../src/model/finding.ts";

const finding = (over: Partial<Finding>): Finding => ({
  key: "a-rule:000000000000",
  ruleId: "a-rule",
  severity: "warning",
  confidence: "estimated",
  scope: "database",
  subject: { kind: "server" },
  headline: "",
  message: "",
  evidence: [],
  savesMsPerHour: null,
  partOf: null,
  suppressed: null,
  ...over,
});

const failing = (
  over: Partial<Finding>,
  failOn: string[],
  minConfidence: Finding["confidence"] = "estimated",
): boolean => gateFailures([finding(over)], { failOn, minConfidence }).length > 0;

describe("the gate", () => {
  it("fails on the severity named and on worse ones", () => {
    expect(failing({ severity: "critical" }, ["warning"])).toBe(true);
    expect(failing({ severity: "warning" }, ["warning"])).toBe(true);
    expect(failing({ severity: "info" }, ["info"])).toBe(true);
  });

  it("fails on a rule named", () => {
    expect(failing({ severity: "info" }, ["a-rule"])).toBe(true);
  });

  it("lets milder severities and other rules pass", () => {
    expect(failing({ severity: "info" }, ["warning"])).toBe(false);
    expect(failing({}, ["b-rule"])).toBe(false);
    expect(failing({}, [])).toBe(false);
  });

  it("counts no finding that is part of another, suppressed or not sure enough", () => {
    expect(failing({ partOf: "b:1" }, ["info"])).toBe(false);
    expect(failing({ suppressed: { reason: "known", until: null } }, ["info"])).toBe(false);
    expect(failing({ confidence: "heuristic" }, ["info"])).toBe(false);
    expect(failing({ confidence: "heuristic" }, ["info"], "heuristic")).toBe(true);
  });
});
