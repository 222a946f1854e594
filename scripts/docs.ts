/** Writes every generated page, or with --check says which are not current. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rules } from "../rules/index.ts";
import { configurationPage } from "./docs/configuration-page.ts";
import { reportFormatPage } from "./docs/report-format-page.ts";
import { reportSchema } from "./docs/report-schema.ts";
import { rulesPage, withThresholds } from "./docs/rules-page.ts";

const ROOT = join(import.meta.dirname, "..");

interface Page {
  /** Path from the root of the project. */
  readonly file: string;
  readonly text: string;
}

const pages = await generate();
if (process.argv.includes("--check")) await check(pages);
else await write(pages);

async function generate(): Promise<readonly Page[]> {
  const schema = reportSchema(ROOT);
  const readmes = await Promise.all(
    rules.map(async (rule) => {
      const file = `rules/${rule.meta.id}/README.md`;
      return { file, text: withThresholds(file, await readFile(join(ROOT, file), "utf8"), rule) };
    }),
  );
  return [
    { file: "docs/rules.md", text: rulesPage(rules, await problems()) },
    { file: "docs/configuration.md", text: configurationPage(rules) },
    { file: "docs/report.schema.json", text: `${JSON.stringify(schema, null, 2)}\n` },
    { file: "docs/report-format.md", text: reportFormatPage(schema) },
    ...readmes,
  ];
}

/** Rule id → first paragraph under `## Problem` of its README. */
async function problems(): Promise<ReadonlyMap<string, string>> {
  const entries = rules.map(async ({ meta }): Promise<[string, string]> => {
    const text = await readFile(join(ROOT, `rules/${meta.id}/README.md`), "utf8");
    const paragraph = /^## Problem\n+([\s\S]*?)(?:\n\n|\n*$)/m.exec(text)?.[1] ?? "";
    return [meta.id, paragraph.replace(/\s+/g, " ").trim()];
  });
  return new Map(await Promise.all(entries));
}

async function write(all: readonly Page[]): Promise<void> {
  for (const { file, text } of all) {
    if ((await current(file)) === text) continue;
    await mkdir(dirname(join(ROOT, file)), { recursive: true });
    await writeFile(join(ROOT, file), text);
    console.log(`wrote ${file}`);
  }
}

async function check(all: readonly Page[]): Promise<void> {
  let stale = 0;
  for (const { file, text } of all) {
    const found = await current(file);
    if (found === text) continue;
    stale += 1;
    console.error(`${file} is not current: ${found === null ? "it is missing" : firstDifference(found, text)}`);
  }
  if (stale === 0) return;
  console.error("Run npm run docs and commit the result.");
  process.exitCode = 1;
}

async function current(file: string): Promise<string | null> {
  return readFile(join(ROOT, file), "utf8").catch(() => null);
}

function firstDifference(found: string, wanted: string): string {
  const foundLines = found.split("\n");
  const wantedLines = wanted.split("\n");
  const at = wantedLines.findIndex((line, index) => line !== foundLines[index]);
  const line = at === -1 ? wantedLines.length : at;
  return `line ${line + 1} is\n  - ${foundLines[line] ?? "(end)"}\n  + ${wantedLines[line] ?? "(end)"}`;
}
