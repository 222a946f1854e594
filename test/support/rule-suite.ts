import { describe, expect, it } from "vitest";
import type { Rule } from "../../src/rule.ts";
import { type RuleCases, testRule } from "../../src/testing.ts";

/** Registers the cases of a rule, and asks for at least as many quiet as loud ones. */
export function ruleSuite(rule: Rule, cases: RuleCases): void {
  describe(rule.meta.id, () => {
    it("has as many quiet cases as loud ones", () => {
      expect(cases.loud.length).toBeGreaterThan(0);
      expect(cases.quiet.length).toBeGreaterThanOrEqual(cases.loud.length);
    });
    for (const { name, run } of testRule(rule, cases)) it(name, run);
  });
}
