import { describe, expect, it } from "vitest";
import { normalizePlan } from "../../../../src/engines/postgres/plan/normalize.ts";
import { parsePlanText } from "../../../../src/engines/postgres/plan/parse-text.ts";
import { planShape } from "../../../../src/engines/postgres/plan/plan-shape.ts";

/** The shape of a plan that is written without costs. */
function shape(text: string): string {
  return planShape(normalizePlan([{ Plan: parsePlanText(text.trim()) }], { keepLiterals: false, bareRelations: true }));
}

const JOIN = `
Hash Join
  Hash Cond: (a.id = b.id)
  ->  Seq Scan on a
  ->  Hash
        ->  Index Scan using b_pkey on b
              Index Cond: (id < 5)`;

describe("planShape", () => {
  it("is 12 hex digits and the same every day", () => {
    expect(shape("Seq Scan on orders")).toBe("11d99e7edecb");
  });

  it.each([
    ["costs and rows", "Seq Scan on a  (cost=0.00..9.00 rows=7 width=4) (actual rows=1 loops=1)", "Seq Scan on a"],
    ["literals", JOIN.replace("5", "77"), JOIN],
    ["aliases", JOIN.replace("on b", "on b x"), JOIN],
    ["schemas", JOIN.replace("on a", "on tenant_7.a"), JOIN.replace("on a", "on tenant_8.a")],
    [
      "the number of workers",
      "Gather\n  Workers Planned: 2\n  ->  Seq Scan on a",
      "Gather\n  Workers Planned: 4\n  ->  Seq Scan on a",
    ],
    [
      "the order of members",
      "Append\n  ->  Seq Scan on a\n  ->  Seq Scan on b",
      "Append\n  ->  Seq Scan on b\n  ->  Seq Scan on a",
    ],
    ["the direction of a scan", "Index Scan Backward using i on a", "Index Scan using i on a"],
    ["parallel scans", "Limit\n  ->  Gather\n        ->  Parallel Seq Scan on a", "Limit\n  ->  Seq Scan on a"],
    [
      "parallel aggregates",
      "Finalize Aggregate\n  ->  Gather\n        ->  Partial Aggregate\n              ->  Parallel Seq Scan on a",
      "Aggregate\n  ->  Seq Scan on a",
    ],
    [
      "where an init plan hangs in a parallel plan",
      "Gather\n  InitPlan 1 (returns $0)\n    ->  Seq Scan on b\n  ->  Parallel Seq Scan on a",
      "Seq Scan on a\n  InitPlan 1\n    ->  Seq Scan on b",
    ],
  ])("is blind to %s", (_, one, other) => {
    expect(shape(one)).toBe(shape(other));
  });

  it.each([
    ["another operator", "Seq Scan on a", "Sample Scan on a"],
    ["another table", "Seq Scan on a", "Seq Scan on b"],
    ["another index", JOIN, JOIN.replace("b_pkey", "b_other")],
    ["no index", JOIN, JOIN.replace("Index Scan using b_pkey on b", "Seq Scan on b")],
    ["another join", JOIN, JOIN.replace("Hash Join", "Merge Join")],
    ["inputs changed over", JOIN, JOIN.replace("on a", "on c").replace("on b", "on a").replace("on c", "on b")],
    ["a sort more", "Sort\n  ->  Seq Scan on a", "Seq Scan on a"],
    [
      "a subplan for a join",
      "Seq Scan on a\n  SubPlan 1\n    ->  Seq Scan on b",
      "Seq Scan on a\n  InitPlan 1\n    ->  Seq Scan on b",
    ],
    [
      "a node that is not known",
      "Quantum Scan on a  (cost=0.00..1.00 rows=1 width=4)",
      "String Scan on a  (cost=0.00..1.00 rows=1 width=4)",
    ],
    [
      "the same nodes in another tree",
      "Append\n  ->  Limit\n        ->  Seq Scan on a\n  ->  Result",
      "Append\n  ->  Limit\n        ->  Result\n  ->  Seq Scan on a",
    ],
    [
      "partial aggregates of partitions",
      "Finalize Aggregate\n  ->  Append\n        ->  Partial Aggregate\n              ->  Seq Scan on a",
      "Aggregate\n  ->  Append\n        ->  Seq Scan on a",
    ],
  ])("sees %s", (_, one, other) => {
    expect(shape(one)).not.toBe(shape(other));
  });

  it("takes a deep plan", () => {
    const deep = Array.from(
      { length: 200 },
      (_, depth) => `${depth === 0 ? "" : `${" ".repeat(6 * depth - 4)}->  `}Limit`,
    );
    expect(shape(deep.join("\n"))).not.toBe(shape(deep.slice(0, -1).join("\n")));
  });
});
