import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const config: { readonly forbidden: readonly IForbiddenRuleType[]; readonly options: ICruiseOptions } = createRequire(
  import.meta.url,
)("../../.dependency-cruiser.cjs");

/** A line in a file that breaks exactly one rule: `rule: [file, import]`; paths start at the tree's root. */
const VIOLATIONS: Readonly<Record<string, readonly [file: string, imported: string]>> = {
  "model-imports": ["src/model/bad.ts", "src/util/thing.ts"],
  "util-imports": ["src/util/bad.ts", "src/model/thing.ts"],
  "errors-imports": ["src/errors/bad.ts", "src/sql/thing.ts"],
  "sql-imports": ["src/sql/bad.ts", "src/errors/thing.ts"],
  "logs-imports": ["src/logs/bad.ts", "src/engines/postgres/thing.ts"],
  "traces-imports": ["src/traces/bad.ts", "src/logs/thing.ts"],
  "loops-imports": ["src/loops/bad.ts", "src/logs/thing.ts"],
  "stats-imports": ["src/stats/bad.ts", "src/model/thing.ts"],
  "engine-imports": ["src/engines/postgres/bad.ts", "src/engines/mysql/thing.ts"],
  "mariadb-imports": ["src/engines/mariadb/bad.ts", "src/engines/postgres/thing.ts"],
  "engine-port-imports": ["src/engines/engine.ts", "src/sql/thing.ts"],
  "engine-list-imports": ["src/engines/index.ts", "src/engines/postgres/thing.ts"],
  "computed-imports": ["src/computed/bad.ts", "src/errors/thing.ts"],
  "detect-imports": ["src/detect/bad.ts", "src/sql/thing.ts"],
  "advise-imports": ["src/advise/bad.ts", "src/engines/postgres/thing.ts"],
  "store-imports": ["src/store/bad.ts", "src/detect/thing.ts"],
  "config-imports": ["src/config/bad.ts", "src/store/thing.ts"],
  "change-imports": ["src/change/bad.ts", "src/engines/postgres/thing.ts"],
  "probe-imports": ["src/probe/bad.ts", "src/errors/thing.ts"],
  "watch-imports": ["src/watch/bad.ts", "src/report/thing.ts"],
  "watch-imports-store-types": ["src/watch/bad-store.ts", "src/store/thing.ts"],
  "report-imports": ["src/report/bad.ts", "src/errors/thing.ts"],
  "app-imports": ["src/app/bad.ts", "src/cli/thing.ts"],
  "cli-imports": ["src/cli/bad.ts", "src/change/thing.ts"],
  "rule-face-imports": ["src/rule.ts", "src/sql/thing.ts"],
  "testing-face-imports": ["src/testing.ts", "src/store/thing.ts"],
  "testing-face-core": ["src/testing.ts", "node:fs"],
  "index-face-imports": ["src/index.ts", "src/store/thing.ts"],
  "rule-imports": ["rules/first/bad.ts", "src/sql/thing.ts"],
  "rule-imports-no-rule": ["rules/first/bad-rule.ts", "rules/second/thing.ts"],
  "rule-imports-no-core": ["rules/first/bad-core.ts", "node:fs"],
  "rule-list-imports": ["rules/index.ts", "rules/first/thing.ts"],
  "only-app-knows-the-rules": ["src/detect/bad-rules.ts", "rules/second/index.ts"],
  "only-app-knows-the-engines": ["src/detect/bad-engines.ts", "src/engines/index.ts"],
  "postgres-driver-at-home": ["src/sql/bad-driver.ts", "pg"],
  "mysql-driver-at-home": ["src/engines/postgres/bad-driver.ts", "mysql2"],
  "sqlite-at-home": ["src/app/bad-driver.ts", "better-sqlite3"],
  "sql-parsers-at-home": ["src/computed/bad-parser.ts", "libpg-query"],
  "commander-at-home": ["src/app/bad-options.ts", "commander"],
  "process-at-home": ["src/app/bad-process.ts", "node:process"],
  "no-test-code": ["src/app/bad-test.ts", "test/thing.ts"],
  "no-development-packages": ["src/app/bad-package.ts", "vitest"],
  "no-cycles": ["src/util/cycle.ts", "src/util/elcyc.ts"],
  "no-orphans": ["src/util/orphan.ts", ""],
};

/** The same tree as it should be: every import that the table allows and that is not obvious. */
const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ["src/app/good.ts", "rules/index.ts"],
  ["src/app/good.ts", "src/engines/index.ts"],
  ["src/app/good.ts", "src/store/thing.ts"],
  ["src/app/good.ts", "src/change/thing.ts"],
  ["src/change/good.ts", "src/engines/engine.ts"],
  ["src/cli/good.ts", "src/index.ts"],
  ["src/cli/good.ts", "src/report/thing.ts"],
  ["src/cli/good.ts", "commander"],
  ["src/cli/good.ts", "node:process"],
  ["src/computed/good.ts", "src/sql/thing.ts"],
  ["src/detect/good.ts", "src/rule.ts"],
  ["src/engines/mariadb/good.ts", "src/engines/mysql/thing.ts"],
  ["src/engines/postgres/good.ts", "src/sql/thing.ts"],
  ["src/engines/postgres/good.ts", "pg"],
  ["src/engines/mysql/good.ts", "mysql2"],
  ["src/engines/index.ts", "src/engines/postgres/index.ts"],
  ["src/sql/good.ts", "libpg-query"],
  ["src/store/good.ts", "better-sqlite3"],
  ["src/store/good.ts", "src/model/thing.ts"],
  ["src/testing.ts", "node:assert/strict"],
  ["src/testing.ts", "src/detect/thing.ts"],
  ["rules/index.ts", "rules/first/index.ts"],
  ["rules/first/index.ts", "src/rule.ts"],
  ["rules/first/index.ts", "rules/first/thing.ts"],
];

const trees: string[] = [];

afterAll(async () => {
  await Promise.all(trees.map((tree) => rm(tree, { recursive: true, force: true })));
});

describe("boundaries", () => {
  let fired = new Map<string, readonly string[]>();
  beforeAll(async () => {
    fired = await firedRules([...Object.values(VIOLATIONS), ["src/util/elcyc.ts", "src/util/cycle.ts"]]);
  });

  it("has a planted violation for every rule", () => {
    const names = config.forbidden.map((rule) => rule.name ?? "").sort();
    expect(Object.keys(VIOLATIONS).sort()).toEqual(names);
  });

  it.each(Object.entries(VIOLATIONS))("%s fires on its planted violation and nowhere else", (name, [file]) => {
    const expected = [file];
    expect(fired.get(name) ?? []).toEqual(expected);
  });

  it("lets through what the table allows", async () => {
    expect(await firedRules(ALLOWED)).toEqual(new Map());
  });

  it("gives each rule its reason", () => {
    expect(config.forbidden.filter((rule) => (rule.comment ?? "").length < 20)).toEqual([]);
  });
});

/** Rule name → files that broke it, in a tree with these imports. */
async function firedRules(imports: readonly (readonly [string, string])[]): Promise<Map<string, readonly string[]>> {
  const root = await plant(imports);
  const options: ICruiseOptions = {
    ...config.options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...config.forbidden] },
  };
  const { output } = await cruise(["src", "rules"], options);
  const found = new Map<string, Set<string>>();
  for (const { rule, from } of violations(output)) {
    // The planted targets are orphans of the tree, not of the test.
    if (rule.name === "no-orphans" && !from.endsWith("/orphan.ts")) continue;
    found.set(rule.name, (found.get(rule.name) ?? new Set()).add(from));
  }
  return new Map([...found].map(([name, files]) => [name, [...files].sort()]));
}

function violations(output: ICruiseResult | string): ICruiseResult["summary"]["violations"] {
  if (typeof output === "string") throw new Error(output);
  return output.summary.violations;
}

/** Writes a tree in which each file has its imports, and each imported file exists. */
async function plant(imports: readonly (readonly [string, string])[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "dbperf-boundaries-"));
  trees.push(root);
  const files = new Map<string, string>();
  for (const [file, imported] of imports) {
    const isFile = imported.endsWith(".ts");
    const specifier = isFile ? "../".repeat(file.split("/").length - 1) + imported : imported;
    files.set(file, `${files.get(file) ?? ""}${imported === "" ? "" : `import "${specifier}";\n`}`);
    if (isFile && !files.has(imported)) files.set(imported, "");
    if (!isFile && !imported.startsWith("node:") && imported !== "") plantPackage(files, imported);
  }
  for (const [file, text] of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), `${text}export {};\n`.replace(/^(\{[\s\S]*\})export \{\};\n$/, "$1"));
  }
  await cp(join(import.meta.dirname, "../../package.json"), join(root, "package.json"));
  return root;
}

function plantPackage(files: Map<string, string>, name: string): void {
  files.set(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
  files.set(`node_modules/${name}/index.js`, "");
}
