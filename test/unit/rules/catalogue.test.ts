import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rules } from "../../../rules/index.ts";
import type { Rule } from "../../../src/rule.ts";

const RULES = new URL("../../../rules/", import.meta.url);

const folders = readdirSync(RULES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

const byId = new Map(rules.map((rule) => [rule.meta.id, rule]));

describe("the catalogue of rules", () => {
  it("lists every folder once, sorted by id", () => {
    expect(rules.map((rule) => rule.meta.id)).toEqual(folders);
  });

  it.each(folders)("%s has code, a page and a test in step", (folder) => {
    const rule = byId.get(folder);
    expect(rule?.meta.id, "the default export's id").toBe(folder);
    expect(existsSync(new URL(`${folder}/index.ts`, RULES)), "index.ts").toBe(true);
    expect(existsSync(new URL(`${folder}.test.ts`, import.meta.url)), "test file").toBe(true);
    expect(folder).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it.each(folders)("%s has every heading of a rule's page, in order", (folder) => {
    const headings = readme(folder)
      .split("\n")
      .filter((line) => /^#{1,2} /.test(line));
    expect(headings).toEqual([
      `# ${folder}`,
      "## Problem",
      "## How it is detected",
      "## Thresholds",
      "## What to do",
      "## When to ignore it",
      "## Engines",
    ]);
  });

  it.each(rules)("the page of $meta.id has the rule's thresholds", (rule) => {
    expect(documentedThresholds(readme(rule.meta.id))).toEqual(declaredThresholds(rule));
  });

  it.each(rules)("$meta.id explains only rules that exist, and not itself", (rule) => {
    for (const explained of rule.meta.explains ?? []) {
      expect(byId.has(explained), explained).toBe(true);
      expect(explained).not.toBe(rule.meta.id);
    }
  });

  it.each(rules)("$meta.id declares what it says", ({ meta, needs, uses }) => {
    expect(meta.title).not.toMatch(/\.$/);
    expect(meta.engines.length).toBeGreaterThan(0);
    expect(needs.length).toBeGreaterThan(0);
    expect(uses.filter((name) => needs.includes(name))).toEqual([]);
  });
});

interface ThresholdRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly meaning: string;
}

function declaredThresholds(rule: Rule): ThresholdRow[] {
  return Object.entries(rule.thresholds).map(([name, { default: value, unit, description }]) => ({
    name,
    value,
    unit,
    meaning: description,
  }));
}

/** Rows of the table between the two markers; numbers may carry thousands separators. */
function documentedThresholds(page: string): ThresholdRow[] {
  if (page.includes("<!-- thresholds -->\nThis rule has no thresholds.\n<!-- /thresholds -->")) return [];
  const table = /<!-- thresholds -->\n([\s\S]*?)<!-- \/thresholds -->/.exec(page)?.[1] ?? "";
  const [header, , ...rows] = table.split("\n").filter((line) => line.startsWith("|"));
  expect(header).toMatch(/^\|\s*threshold\s*\|\s*default\s*\|\s*unit\s*\|\s*meaning\s*\|$/);
  return rows.map((row) => {
    const [name = "", value = "", unit = "", ...meaning] = row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return {
      name: name.replaceAll("`", ""),
      value: Number(value.replace(/[,_`]/g, "")),
      unit,
      meaning: meaning.join("|"),
    };
  });
}

function readme(folder: string): string {
  return readFileSync(new URL(`${folder}/README.md`, RULES), "utf8");
}
