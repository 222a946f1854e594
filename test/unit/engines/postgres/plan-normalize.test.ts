import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nativeName } from "../../../../src/engines/postgres/plan/native-name.ts";
import { normalizePlan } from "../../../../src/engines/postgres/plan/normalize.ts";

const options = { keepLiterals: false };

describe("nativeName prints a node as the text format does", () => {
  it.each([
    [{ "Node Type": "Seq Scan", "Parallel Aware": true }, "Parallel Seq Scan"],
    [{ "Node Type": "Hash Join", "Join Type": "Left" }, "Hash Left Join"],
    [{ "Node Type": "Merge Join", "Join Type": "Inner" }, "Merge Join"],
    [{ "Node Type": "Nested Loop", "Join Type": "Anti" }, "Nested Loop Anti Join"],
    [{ "Node Type": "Aggregate", Strategy: "Hashed", "Partial Mode": "Partial" }, "Partial HashAggregate"],
    [{ "Node Type": "Aggregate", Strategy: "Plain", "Partial Mode": "Simple" }, "Aggregate"],
    [{ "Node Type": "Index Scan", "Scan Direction": "Backward" }, "Index Scan Backward"],
    [{ "Node Type": "Index Scan", "Scan Direction": "Forward" }, "Index Scan"],
    [{ "Node Type": "SetOp", Strategy: "Hashed", Command: "Except" }, "HashSetOp Except"],
    [{ "Node Type": "ModifyTable", Operation: "Update" }, "Update"],
  ])("%j", (node, name) => {
    expect(nativeName(node)).toBe(name);
  });
});

describe("normalizePlan", () => {
  const explained = [
    { Plan: { "Node Type": "Seq Scan", "Relation Name": "t", Schema: "s", Filter: "(a = 'secret'::text)" } },
  ];

  it("takes literals out, unless asked to keep them", () => {
    expect(normalizePlan(explained, options).filter).toBe("(a = '?'::text)");
    expect(normalizePlan(explained, { keepLiterals: true }).filter).toBe("(a = 'secret'::text)");
  });

  it("reads text too, and keeps unknown what is not said", () => {
    const root = normalizePlan(
      JSON.stringify([{ Plan: { "Node Type": "Quantum Scan", "Relation Name": "t" } }]),
      options,
    );
    expect(root).toMatchObject({
      operator: "other",
      native: "Quantum Scan",
      relation: null,
      totalCost: null,
      actual: null,
    });
  });

  it("reads what an execution measured", () => {
    const measured = [
      { Plan: { "Node Type": "Sort", "Actual Rows": 3, "Actual Loops": 2, "Rows Removed by Filter": 9 } },
    ];
    expect(normalizePlan(measured, options).actual).toMatchObject({
      rows: 3,
      loops: 2,
      rowsRemovedByFilter: 9,
      totalMs: null,
    });
  });

  it("refuses what is no plan", () => {
    expect(() => normalizePlan([], options)).toThrow("no plan");
  });
});

interface RawNode {
  readonly "Node Type": string;
  readonly "Total Cost": number;
  readonly "Plan Rows": number;
  readonly Plans?: readonly RawNode[];
}

interface Shape {
  readonly totalCost: number | null;
  readonly estimatedRows: number | null;
  readonly children: readonly Shape[];
}

const { tree } = fc.letrec<{ tree: RawNode }>((tie) => ({
  tree: fc.record(
    {
      "Node Type": fc.oneof(fc.constantFrom("Seq Scan", "Hash Join", "Append"), fc.string()),
      "Total Cost": fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      "Plan Rows": fc.nat(),
      Plans: fc.array(tie("tree"), { maxLength: 3, depthIdentifier: "plan" }),
    },
    { requiredKeys: ["Node Type", "Total Cost", "Plan Rows"] },
  ),
}));

function shapeOfRaw(node: RawNode): Shape {
  return {
    totalCost: node["Total Cost"],
    estimatedRows: node["Plan Rows"],
    children: (node.Plans ?? []).map(shapeOfRaw),
  };
}

function shapeOf({ totalCost, estimatedRows, children }: Shape): Shape {
  return { totalCost, estimatedRows, children: children.map(shapeOf) };
}

it("normalizePlan keeps every child in its place with its estimates", () => {
  fc.assert(
    fc.property(tree, (plan) => {
      expect(shapeOf(normalizePlan([{ Plan: plan }], options))).toEqual(shapeOfRaw(plan));
    }),
  );
});
