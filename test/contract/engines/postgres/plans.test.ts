import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { normalizePlan } from "../../../../src/engines/postgres/plan/normalize.ts";
import type { PlanNode } from "../../../../src/model/plan.ts";

const folder = new URL("../../../../fixtures/plans/postgres-15/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

function rootOf(file: string): PlanNode {
  const recorded: { readonly explained: unknown } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  return normalizePlan(recorded.explained, { keepLiterals: false });
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

describe("recorded plans", () => {
  it.each(files)("%s has known operators and costs", (file) => {
    const nodes = nodesOf(rootOf(file));
    expect(nodes.filter(({ operator }) => operator === "other")).toEqual([]);
    expect(nodes.every(({ totalCost, estimatedRows }) => totalCost !== null && estimatedRows !== null)).toBe(true);
    expect(nodes.every(({ actual }) => actual === null)).toBe(true);
  });

  it("name the relation of each table scan", () => {
    const scans = files.flatMap((file) => nodesOf(rootOf(file))).filter(({ operator }) => operator === "seq-scan");
    expect(scans.length).toBeGreaterThan(0);
    expect(scans.every(({ relation }) => relation?.schema === "public")).toBe(true);
  });
});
