import { describe, expect, it } from "vitest";
import type { ExplainOutcome } from "../../../../../src/engines/postgres/plan/explain.ts";
import { normalizePlan } from "../../../../../src/engines/postgres/plan/normalize.ts";
import { fidelityOf } from "../../../../../src/engines/postgres/what-if/fidelity.ts";

function plan(type: string, cost: number): ExplainOutcome {
  const node = { "Node Type": type, "Relation Name": "t", "Total Cost": cost };
  return {
    status: "planned",
    root: normalizePlan([{ Plan: node }], { keepLiterals: false, bareRelations: true }),
    source: "explain",
    repairs: [],
  };
}

const refused: ExplainOutcome = { status: "refused", error: null };

describe("the fidelity of a twin", () => {
  it("is whole where all plans are equal", () => {
    const fidelity = fidelityOf([
      { name: "a", target: plan("Seq Scan", 100), twin: plan("Seq Scan", 100) },
      { name: "b", target: plan("Result", 0), twin: plan("Result", 0) },
    ]);
    expect(fidelity).toMatchObject({
      planned: 2,
      sameShape: 2,
      withinOnePercent: 2,
      medianDifference: 0,
      worstDifference: 0,
    });
  });

  it("counts differences of shape and of cost apart", () => {
    const fidelity = fidelityOf([
      { name: "a", target: plan("Seq Scan", 100), twin: plan("Index Scan", 100) },
      { name: "b", target: plan("Seq Scan", 100), twin: plan("Seq Scan", 95) },
      { name: "c", target: plan("Seq Scan", 100), twin: plan("Seq Scan", 150) },
    ]);
    expect(fidelity).toMatchObject({ planned: 3, sameShape: 2, withinOnePercent: 1, withinTenPercent: 2 });
    expect(fidelity.medianDifference).toBeCloseTo(0.05);
    expect(fidelity.worstDifference).toBeCloseTo(0.5);
  });

  it("says which side refused, and judges the rest", () => {
    const fidelity = fidelityOf([
      { name: "a", target: refused, twin: plan("Seq Scan", 1) },
      { name: "b", target: plan("Seq Scan", 1), twin: refused },
    ]);
    expect(fidelity.statements.map(({ status }) => status)).toEqual(["target-refused", "twin-refused"]);
    expect(fidelity).toMatchObject({ planned: 0, sameShape: 0, medianDifference: null, worstDifference: null });
  });

  it("knows the median of an even number", () => {
    const pairs = [0, 2, 4, 6].map((more) => ({
      name: `${more}`,
      target: plan("Result", 100),
      twin: plan("Result", 100 + more),
    }));
    expect(fidelityOf(pairs).medianDifference).toBeCloseTo(0.03);
  });
});
