import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { normalizePlan } from "../../../../src/engines/postgres/plan/normalize.ts";
import { parsePlanText } from "../../../../src/engines/postgres/plan/parse-text.ts";
import type { PlanNode } from "../../../../src/model/plan.ts";

const options = { keepLiterals: false, bareRelations: true };

function recorded(name: string): PlanNode {
  const path = join(import.meta.dirname, "../../../../fixtures/plans/auto-explain-text", `${name}.txt`);
  return read(readFileSync(path, "utf8"));
}

function read(text: string): PlanNode {
  return normalizePlan([{ Plan: parsePlanText(text) }], options);
}

/** One line a node: relationship, name, table or index. */
function outline(node: PlanNode, depth = 0): string[] {
  const { relation, index, cteName, subplanName } = node;
  const table = relation === null ? null : [relation.schema, relation.name].filter((part) => part !== "").join(".");
  const words = [node.relationship, node.native, table, index, cteName, subplanName].filter((word) => word !== null);
  return [`${"  ".repeat(depth)}${words.join(" | ")}`, ...node.children.flatMap((child) => outline(child, depth + 1))];
}

function nodes(root: PlanNode): PlanNode[] {
  return [root, ...root.children.flatMap(nodes)];
}

function find(root: PlanNode, native: string): PlanNode | undefined {
  return nodes(root).find((node) => node.native === native);
}

describe("a plan of auto_explain", () => {
  it("is the last one, not one that the query quotes; a string in a filter may hold a line break", () => {
    const root = recorded("postgres-18-subplans");
    expect(outline(root)).toEqual([
      "root | Limit",
      "  init-plan | Aggregate | InitPlan 2",
      "    outer | Seq Scan | customer",
      "  outer | Seq Scan | customer",
      "    sub-plan | Aggregate | SubPlan 1",
      "      outer | Bitmap Heap Scan | purchase",
      "        outer | Bitmap Index Scan | Purchase by Customer",
    ]);
    expect(root.children[1]).toMatchObject({
      alias: "c",
      filter: "((note <> '?'::text) AND ((region)::numeric > (InitPlan ?).col1))",
      actual: { rows: 20, loops: 1, totalMs: 0.598, rowsRemovedByFilter: 27, sharedBlocksHit: 281 },
    });
    expect(root.children[0]?.children[0]).toMatchObject({ alias: "customer", filter: null });
  });

  it("keeps what workers did apart from what their node did", () => {
    const root = recorded("postgres-18-parallel");
    expect(outline(root)).toEqual([
      "root | Sort",
      "  outer | Finalize GroupAggregate",
      "    outer | Gather Merge",
      "      outer | Sort",
      "        outer | Partial HashAggregate",
      "          outer | Parallel Hash Join",
      "            outer | Parallel Seq Scan | shop.purchase",
      "            inner | Parallel Hash",
      "              outer | Parallel Seq Scan | shop.customer",
    ]);
    expect(find(root, "Gather Merge")).toMatchObject({ workersPlanned: 2, sortKeys: [] });
    expect(root.sortKeys).toEqual(["(sum(p.amount)) DESC"]);
    expect(find(root, "Partial HashAggregate")).toMatchObject({
      operator: "aggregate",
      groupKeys: ["c.region"],
      startupCost: 461.66,
      totalCost: 461.75,
      estimatedRows: 7,
      widthBytes: 36,
      actual: { rows: 2.33, loops: 3, totalMs: 4.184, sharedBlocksHit: 296, sharedBlocksRead: 0, tempBlocksWritten: 0 },
    });
    expect(find(root, "Parallel Hash Join")?.joinCondition).toBe("(p.customer_id = c.id)");
  });

  it("has one input per table where a server before 14 changes heirs", () => {
    const root = recorded("postgres-12-update");
    expect(outline(root)).toEqual([
      "root | Update | parent",
      "  member | Seq Scan | parent",
      "  member | Seq Scan | heir",
    ]);
    expect(root.actual).toMatchObject({ rows: 0, loops: 1, totalMs: null, sharedBlocksHit: 10 });
    expect(root.children.map(({ actual }) => [actual?.rowsRemovedByFilter, actual?.sharedBlocksHit])).toEqual([
      [0, 0],
      [41, 1],
    ]);
  });

  it("ends before settings and triggers", () => {
    const root = recorded("postgres-18-insert");
    expect(outline(root)).toEqual(["root | Insert | purchase", "  outer | Function Scan"]);
    expect(root.actual).toMatchObject({ totalMs: 0.32, sharedBlocksHit: 33, sharedBlocksRead: 4 });
  });

  it("has no group keys for grouping sets, as in JSON, and nothing measured without ANALYZE", () => {
    const root = recorded("postgres-15-sets");
    expect(outline(root)).toEqual(["root | MixedAggregate", "  outer | Seq Scan | customer"]);
    expect(root).toMatchObject({ groupKeys: [], actual: null, totalCost: 154.1 });
  });

  it("knows what was never executed", () => {
    const root = recorded("postgres-15-never");
    expect(find(root, "Bitmap Heap Scan")?.actual).toEqual({
      rows: 0,
      loops: 0,
      totalMs: 0,
      rowsRemovedByFilter: 0,
      sharedBlocksHit: 0,
      sharedBlocksRead: 0,
      tempBlocksWritten: 0,
    });
    expect(find(root, "Bitmap Index Scan")?.indexCondition).toBe("(customer_id = '?'::integer)");
  });
});

describe("parsePlanText", () => {
  it("reads quoted names and keys with commas in them", () => {
    const root = read(`Sort  (cost=1.00..2.00 rows=1 width=4)
  Sort Key: "c,d" DESC, (COALESCE(note, 'a, ''b'::text)), (ROW(id, 1)), x[1] COLLATE "C"
  ->  Index Scan Backward using "a on b" on "My ""Shop""".orders "x y"  (cost=0.00..1.00 rows=1 width=4)`);
    expect(root.sortKeys).toEqual(['"c,d" DESC', "(COALESCE(note, '?'::text))", "(ROW(id, ?))", 'x[?] COLLATE "C"']);
    expect(root.children[0]).toMatchObject({
      native: "Index Scan Backward",
      index: "a on b",
      relation: { schema: 'My "Shop"', name: "orders" },
      alias: "x y",
    });
  });

  it.each([
    ["Hash Right Semi Join", "hash-join"],
    ["Merge Full Join", "merge-join"],
    ["Nested Loop Left Join", "nested-loop"],
    ["Hash", "hash"],
    ["Async Foreign Scan on orders", "foreign-scan"],
    ["Foreign Update on orders", "foreign-scan"],
    ["Custom Scan (ChunkAppend) on orders", "custom-scan"],
    ["HashSetOp Except All", "set-operation"],
    ["SetOp Intersect", "set-operation"],
    ["Merge on orders", "modify"],
    ["Table Function Scan on xmltable t", "function-scan"],
    ['Values Scan on "*VALUES*"', "values-scan"],
    ["Subquery Scan on s", "subquery-scan"],
    ["Named Tuplestore Scan on old", "cte-scan"],
    ["Quantum Scan on orders", "other"],
  ])("prints %s as the server does", (head, operator) => {
    const root = read(`${head}  (cost=0.00..1.00 rows=1 width=4)`);
    expect(root).toMatchObject({ operator, native: head.replace(/ on .*/, "") });
  });

  it("takes plans without costs, and the first of several", () => {
    expect(outline(read("Hash Join\n  ->  Seq Scan on a\n  ->  Hash\n        ->  Seq Scan on b x\n\nResult"))).toEqual([
      "root | Hash Join",
      "  outer | Seq Scan | a",
      "  inner | Hash",
      "    outer | Seq Scan | b",
    ]);
  });

  it("does not say how many blocks were read where the plan has no line about blocks", () => {
    const { actual } = read("Result  (cost=0.00..0.01 rows=1 width=4) (actual rows=1 loops=1)\nPlanning Time: 0.01 ms");
    expect(actual).toMatchObject({ rows: 1, totalMs: null, rowsRemovedByFilter: null, sharedBlocksHit: null });
  });

  it("says that a node read no blocks where planning did", () => {
    const { actual } = read(
      "Result  (cost=0.00..0.01 rows=1 width=4) (actual rows=1 loops=1)\nPlanning:\n  Buffers: shared hit=7",
    );
    expect(actual).toMatchObject({ sharedBlocksHit: 0, sharedBlocksRead: 0, tempBlocksWritten: 0 });
  });

  it("reads blocks by kind", () => {
    const { actual } = read(
      "Sort  (cost=0.00..0.01 rows=1 width=4) (actual rows=1 loops=1)\r\n  Buffers: shared read=3 written=9, local hit=5, temp read=1 written=2\r\n",
    );
    expect(actual).toMatchObject({ sharedBlocksHit: 0, sharedBlocksRead: 3, tempBlocksWritten: 2 });
  });

  it.each(["", "Query Text: select 1", "hello", "Query Text: select 1\nResult\n", "  ->  Seq Scan on a"])(
    "finds no plan in %j",
    (text) => {
      expect(parsePlanText(text)).toBeNull();
    },
  );

  it("finds no plan in one that was cut inside a string", () => {
    expect(parsePlanText("Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (b = 'x\ny\n")).toBeNull();
  });

  it("calls the one input of a change the same on every version", () => {
    const row = { "Node Type": "ModifyTable", Plans: [{ "Node Type": "Result", "Parent Relationship": "Member" }] };
    expect(normalizePlan([{ Plan: row }], options).children[0]?.relationship).toBe("outer");
    expect(read("Update on a\n  ->  Seq Scan on a").children[0]?.relationship).toBe("outer");
  });

  it("keeps bare tables unknown unless asked", () => {
    const plan = parsePlanText("Seq Scan on a b  (cost=0.00..1.00 rows=1 width=4)");
    expect(normalizePlan([{ Plan: plan }], { keepLiterals: false }).relation).toBeNull();
    expect(normalizePlan([{ Plan: plan }], options).relation).toEqual({ schema: "", name: "a" });
  });
});
