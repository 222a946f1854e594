import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PROJECT = join(import.meta.dirname, "../../..");
const SCRIPT = join(PROJECT, "scripts/new-rule.ts");
const TSX = join(PROJECT, "node_modules/tsx/dist/cli.mjs");

describe("npm run new:rule", () => {
  const root = mkdtempSync(join(tmpdir(), "dbperf-new-rule-"));
  const list = join(root, "rules/index.ts");
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [TSX, SCRIPT, ...args], { cwd: root, encoding: "utf8" });

  beforeAll(() => {
    for (const name of ["src", "test/support", "package.json", "tsconfig.json", "vitest.config.ts"]) {
      cpSync(join(PROJECT, name), join(root, name), { recursive: true });
    }
    mkdirSync(join(root, "rules"));
    cpSync(join(PROJECT, "rules/index.ts"), list);
    symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("writes a rule whose own test passes, and lists it in sorted place", () => {
    const title = 'A title with "quotes"';
    const { status, stderr } = run("bloated-index", "--title", title, "--category", "index");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(join(root, "rules/bloated-index/README.md"), "utf8").match(/^## .+$/gm)).toHaveLength(6);
    expect(existsSync(join(root, "rules/bloated-index/index.ts"))).toBe(true);
    const vitest = join(PROJECT, "node_modules/vitest/vitest.mjs");
    const output = execFileSync(process.execPath, [vitest, "run", "--project", "unit", "bloated-index"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(output).toMatch(/4 passed/);
  });

  it.each(["aa-first", "zz-last"])("keeps the list sorted with %s", (id) => {
    expect(run(id).status).toBe(0);
    const text = readFileSync(list, "utf8");
    const ids = [...text.matchAll(/^import \w+ from "\.\/([a-z-]+)\/index\.ts";$/gm)].map(([, found]) => found);
    const names = [...text.matchAll(/^ {2}(\w+),$/gm)].map(([, found]) => found);
    expect(ids).toContain(id);
    expect(ids).toEqual([...ids].sort());
    expect(names).toEqual(ids.map((found) => found?.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())));
  });

  it.each([
    [["Bad_Id"], "is not a rule id"],
    [["../escape"], "is not a rule id"],
    [["single"], "is not a rule id"],
    [[], "Usage"],
    [["bloated-index"], "exists already"],
    [["fine-name", "--category", "nonsense"], "Unknown category"],
  ])("refuses %j and writes nothing", (args, message) => {
    const before = readFileSync(list, "utf8");
    const { status, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(readFileSync(list, "utf8")).toBe(before);
  });
});
