import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ConfigFlags, type LoadedConfig, loadConfig, type RuleCatalogue } from "../../../src/config/index.ts";
import { DbperfError } from "../../../src/errors/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const RULES: RuleCatalogue = [
  { id: "slow-statement", thresholds: { minShare: { unit: "share" }, minMs: { unit: "ms" } } },
  { id: "unused-index", thresholds: { minBytes: { unit: "bytes" } } },
];

describe("precedence", () => {
  it("is flag, environment, project, user, default, each with its origin", () => {
    const home = folderWith({
      ".config/dbperf/config.yaml": "top: 2\ntimeout: 2s\nformat: html\nexplain: false\n",
      "repo/dbperf.config.yaml": "top: 3\ntimeout: 3s\nformat: json\n",
    });
    const { values, origin, files } = load(home, { top: "5" }, { DBPERF_TOP: "4", DBPERF_TIMEOUT: "4s" });
    expect(values).toMatchObject({
      top: 5,
      timeoutMs: 4000,
      format: "json",
      explain: false,
      minConfidence: "estimated",
    });
    const project = join(home, "repo/dbperf.config.yaml");
    const user = join(home, ".config/dbperf/config.yaml");
    expect(origin).toMatchObject({
      top: "flag --top",
      timeout: "environment DBPERF_TIMEOUT",
      format: project,
      explain: user,
      minConfidence: "default",
    });
    expect(files).toEqual([project, user]);
  });

  it("keeps no store where the environment says false, as in a file", () => {
    expect(load(folderWith({}), {}, { DBPERF_STORE: "false" }).values.store).toBe(false);
    expect(load(folderWith({}), {}, { DBPERF_STORE: "/srv/false" }).values.store).toBe("/srv/false");
  });

  it("merges targets and rules by name", () => {
    const home = folderWith({
      ".config/dbperf/config.yaml":
        "targets: {a: postgres://user/a, b: postgres://user/b}\nrules: {slow-statement: {severity: info, thresholds: {minShare: 20%}}}\n",
      "repo/dbperf.config.yaml":
        "targets: {b: {url: postgres://project/b, memory: 1GB}}\nrules: {slow-statement: {thresholds: {minMs: 5s}}, unused-index: {enabled: false}}\n",
    });
    const { values, origin } = load(home);
    expect(values.targets["a"]?.url).toBe("postgres://user/a");
    expect(values.targets["b"]).toMatchObject({ url: "postgres://project/b", memory: 1_073_741_824, writable: false });
    expect(values.rules).toEqual({
      "slow-statement": { enabled: true, severity: "info", thresholds: { minShare: 0.2, minMs: 5000 } },
      "unused-index": { enabled: false, severity: null, thresholds: {} },
    });
    expect(origin["rules.slow-statement.thresholds.minMs"]).toBe(join(home, "repo/dbperf.config.yaml"));
    expect(origin["rules.slow-statement.severity"]).toBe(join(home, ".config/dbperf/config.yaml"));
  });

  it("takes empty variables and lists as not given, and reads lists and flags", () => {
    const home = folderWith({});
    const { values, origin } = load(
      home,
      { only: [], explain: undefined },
      {
        DBPERF_TOP: "",
        DBPERF_FAIL_ON: "critical, slow-statement",
        DBPERF_EXPLAIN: "no",
      },
    );
    expect(values).toMatchObject({ top: 10, only: [], failOn: ["critical", "slow-statement"], explain: false });
    expect(origin["only"]).toBe("default");
  });

  it("names negated flags as they were written", () => {
    const { values, origin } = load(folderWith({}), { store: false, explain: false, failOn: ["critical"] });
    expect(values.store).toBe(false);
    expect(origin).toMatchObject({ store: "flag --no-store", explain: "flag --no-explain", failOn: "flag --fail-on" });
  });
});

describe("finding files", () => {
  it("goes up to the repository and no further", () => {
    const home = folderWith({ "dbperf.config.yaml": "top: 7\n", "repo/.git/HEAD": "", "repo/src/x": "" });
    expect(loadFrom(home, "repo/src").values.top).toBe(10);
    expect(loadFrom(home, ".").values.top).toBe(7);
  });

  it("reads JSON and package.json#dbperf, and says where suppressions belong", () => {
    const home = folderWith({
      "repo/package.json": '{"dbperf": {"top": 8}}',
      "repo/src/x": "",
      "j/dbperf.config.json": '{"top": 9}',
    });
    expect(loadFrom(home, "repo/src")).toMatchObject({ values: { top: 8 }, directory: join(home, "repo") });
    expect(loadFrom(home, "j").values.top).toBe(9);
    expect(loadFrom(home, "repo/src/..").files).toHaveLength(1);
  });

  it("never runs code, not even of .config/config.js", () => {
    const code = "throw new Error('was run')";
    const home = folderWith({
      "repo/dbperf.config.js": code,
      "repo/.config/config.js": code,
      "repo/package.json": "{}",
    });
    expect(load(home).files).toEqual([]);
  });

  it("takes the file that is named, by flag or variable, and paths relative to it", () => {
    const home = folderWith({ "repo/dbperf.config.yaml": "top: 7\n", "other/c.yaml": "top: 6\nstore: data/x.db\n" });
    const file = join(home, "other/c.yaml");
    expect(load(home, {}, { DBPERF_CONFIG: file }).values).toMatchObject({
      top: 6,
      store: join(home, "other/data/x.db"),
    });
    expect(code(() => load(home, {}, { DBPERF_CONFIG: "missing.yaml" }))).toBe("input-not-found");
  });

  it("takes an empty file as no settings", () => {
    expect(load(folderWith({ "repo/dbperf.config.yaml": "# nothing yet\n" })).values.top).toBe(10);
  });
});

describe("errors", () => {
  it.each([
    ["tpo: 5", /unknown key “tpo” \(did you mean “top”\?\)/],
    ["targets: {prod: {ulr: x}}", /unknown key “targets.prod.ulr” \(did you mean “url”\?\)/],
    ["rules: {slow-statement: {treshold: 1}}", /unknown key “rules.slow-statement.treshold”/],
    ["rules: {slow-statment: {}}", /unknown rule “rules.slow-statment” \(did you mean “slow-statement”\?\)/],
    ["rules: {slow-statement: {thresholds: {minshare: 1}}}", /unknown threshold .*did you mean “minShare”/],
    ["rules: {unused-index: {thresholds: {minBytes: 5s}}}", /minBytes: expected a size such as 10MB/],
    ["top: many", /top: expected a whole number/],
    ["timeout: 5", /timeout: expected a duration such as 5s/],
    ["timeout: soon", /timeout: expected a duration such as 5s/],
    ["format: xml", /format: expected one of text, json, markdown, html/],
    ["- a", /the file: /],
    ["top: [", /is not a valid configuration/],
  ])("of a file name it: %s", (text, pattern) => {
    const home = folderWith({ "repo/dbperf.config.yaml": text });
    const error = failure(() => load(home));
    expect(error).toMatchObject({ code: "config-invalid", exitCode: 2 });
    expect(error.message).toMatch(pattern);
    expect(error.message).toContain(join(home, "repo/dbperf.config.yaml"));
  });

  it("name the variable or the flag", () => {
    const home = folderWith({});
    expect(failure(() => load(home, {}, { DBPERF_TOP: "x" })).message).toMatch(/^environment DBPERF_TOP /);
    expect(failure(() => load(home, {}, { DBPERF_EXPLAIN: "perhaps" })).message).toMatch(
      /^environment DBPERF_EXPLAIN /,
    );
    expect(failure(() => load(home, { minConfidence: "high" })).message).toMatch(/^flag --min-confidence /);
  });

  it("of unknown rules suggest one", () => {
    const error = failure(() => load(folderWith({}), { skip: ["slow-statment"] }));
    expect(error.code).toBe("unknown-rule");
    expect(error.help).toContain("slow-statement");
    expect(code(() => load(folderWith({}), { failOn: ["warn"] }))).toBe("unknown-rule");
    expect(code(() => load(folderWith({}), { only: ["critical"] }))).toBe("unknown-rule");
  });

  it("never quote a file's values", () => {
    const home = folderWith({
      "repo/dbperf.config.json":
        '{"targets": {"p": {"url": "postgres://u:hunter2@h/d", "writable": "hunter2"} }, "top": hunter2 }',
      "yaml/dbperf.config.yaml": 'targets: {p: "postgres://u:hunter2@h/d"\n',
      "type/dbperf.config.yaml": 'targets: {p: {url: "postgres://u:hunter2@h/d", writable: hunter2}}\n',
    });
    for (const folder of ["repo", "yaml", "type"]) {
      expect(failure(() => loadFrom(home, folder)).message).not.toContain("hunter2");
    }
  });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "repo"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function load(home: string, flags: ConfigFlags = {}, variables: Readonly<Record<string, string>> = {}): LoadedConfig {
  return loadConfig({ cwd: join(home, "repo"), homeDirectory: home, variables, flags, rules: RULES });
}

function loadFrom(home: string, cwd: string): LoadedConfig {
  return loadConfig({ cwd: join(home, cwd), homeDirectory: home, variables: {}, flags: {}, rules: RULES });
}

function failure(work: () => unknown): DbperfError {
  try {
    work();
  } catch (error) {
    if (error instanceof DbperfError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function code(work: () => unknown): string {
  return failure(work).code;
}
