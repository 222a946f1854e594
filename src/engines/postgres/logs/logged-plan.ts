import type { ExecutedPlan } from "../../../logs/digest/plans.ts";
import type { PlanNode } from "../../../model/plan.ts";
import { childrenOf, normalizePlan, planOf } from "../plan/normalize.ts";
import { parsePlanText } from "../plan/parse-text.ts";
import { planShape } from "../plan/plan-shape.ts";
import { isRow } from "../rows.ts";
import type { Row } from "../session.ts";

export interface LoggedPlanText {
  readonly query: string;
  /** Null where the plan itself cannot be read; the execution counts all the same. */
  readonly plan: ExecutedPlan | null;
}

const OPTIONS = { keepLiterals: false, bareRelations: true };
const QUERY_TEXT = "Query Text: ";
/** The first line of a plan: a node with its costs, not indented. */
const FIRST_NODE = /^\S.*\(cost=\d[\d.]*\.\.\d/m;
/** Fields of a raw node that its shape depends on. */
const STRUCTURE = [
  "Node Type",
  "Parent Relationship",
  "Relation Name",
  "Index Name",
  "Join Type",
  "Strategy",
  "Partial Mode",
  "Operation",
  "Command",
  "Scan Direction",
  "Custom Plan Provider",
  "CTE Name",
] as const;
const MOST_SHAPES = 5000;

/** Reads what auto_explain writes after `plan:`, in JSON or as text. Shapes that came before are told cheaply. */
export class LoggedPlanReader {
  readonly #shapes = new Map<string, string>();

  /** Null where not even the query can be told. */
  read(text: string): LoggedPlanText | null {
    const lines = text.replaceAll("\r", "").trim();
    return lines.startsWith("{") ? this.#json(lines) : this.#text(lines);
  }

  #json(text: string): LoggedPlanText | null {
    try {
      const document: unknown = JSON.parse(text);
      const query = isRow(document) ? document["Query Text"] : undefined;
      return typeof query === "string" ? { query, plan: this.#plan(planOf(document)) } : null;
    } catch {
      return null;
    }
  }

  #text(text: string): LoggedPlanText | null {
    if (!text.startsWith(QUERY_TEXT)) return null;
    const node = FIRST_NODE.exec(text);
    if (node === null) return { query: text.slice(QUERY_TEXT.length), plan: null };
    const query = text.slice(QUERY_TEXT.length, node.index).replace(/\nQuery (?:Parameters|Identifier): [\s\S]*$/, "");
    return { query: query.trimEnd(), plan: this.#plan(parsePlanText(text.slice(node.index))) };
  }

  #plan(plan: Row | null): ExecutedPlan | null {
    if (plan === null) return null;
    const root = (): PlanNode => normalizePlan([{ Plan: plan }], OPTIONS);
    try {
      const structure = structureOf(plan);
      const shape = this.#shapes.get(structure) ?? planShape(root());
      if (this.#shapes.size < MOST_SHAPES) this.#shapes.set(structure, shape);
      return { shape, root };
    } catch {
      return null;
    }
  }
}

/** All that a shape depends on, as text: equal texts have equal shapes. */
function structureOf(node: Row): string {
  let text = "(";
  for (const name of STRUCTURE) {
    const value = node[name];
    text += typeof value === "string" ? `${value}|` : "|";
  }
  for (const child of childrenOf(node)) text += structureOf(child);
  return `${text})`;
}
