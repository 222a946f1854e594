import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rules } from "../../rules/index.ts";
import { dbperfError } from "../errors/index.ts";
import type { Rule } from "../rule.ts";
import { packageRoot } from "./package-root.ts";

/** Every rule, sorted by id. */
export function listRules(): readonly Rule[] {
  return rules.toSorted((a, b) => (a.meta.id < b.meta.id ? -1 : 1));
}

/** The documentation page of a rule, as Markdown. Throws for an unknown id, with the nearest known one. */
export async function explainRule(id: string): Promise<string> {
  requireRule(id);
  return readFile(join(packageRoot, "rules", id, "README.md"), "utf8");
}

/** Throws DbperfError unless there is a rule of that id. */
export function requireRule(id: string): void {
  if (rules.some(({ meta }) => meta.id === id)) return;
  const near = listRules().find(({ meta }) => meta.id.includes(id) || id.includes(meta.id));
  throw dbperfError("unknown-rule", {
    rule: id,
    suggestion: near === undefined ? "" : `; did you mean ${near.meta.id}?`,
  });
}
