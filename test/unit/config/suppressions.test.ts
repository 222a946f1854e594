import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  activeSuppression,
  addSuppression,
  loadSuppressions,
  SUPPRESSIONS_FILE,
  type Suppression,
} from "../../../src/config/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const NOW = "2026-11-23T09:40:00.000Z";
const KEY = "unused-index:0123456789ab";

describe("addSuppression", () => {
  it("keeps the end of a suppression whose reason is renewed", () => {
    const folder = temporaryFolder();
    const file = join(folder, SUPPRESSIONS_FILE);
    addSuppression(file, entry({ until: "2026-12-31" }), NOW);
    addSuppression(file, entry({ reason: "still accepted", until: null }), NOW);
    expect(loadSuppressions(folder).entries).toMatchObject([{ reason: "still accepted", until: "2026-12-31" }]);
  });

  it("creates the file, and what it wrote is read back", () => {
    const folder = temporaryFolder();
    const one = entry({ until: "2026-12-31", by: "kim" });
    const two = entry({ key: "slow-statement:1234", reason: "nightly: it's “fine” # really\nsecond line" });
    addSuppression(join(folder, SUPPRESSIONS_FILE), one, NOW);
    addSuppression(join(folder, SUPPRESSIONS_FILE), two, NOW);
    expect(loadSuppressions(folder).entries).toEqual([one, two]);
  });

  it("keeps comments and order", () => {
    const file = fileWith(
      `# Agreed in the review.\n- key: dead-tuples:aaaa # hot table\n  reason: known\n\n# Later\n- key: slow-statement:bbbb\n  reason: batch\n`,
    );
    addSuppression(file, entry(), NOW);
    const text = readFileSync(file, "utf8");
    expect(text).toBe(
      `# Agreed in the review.\n- key: dead-tuples:aaaa # hot table\n  reason: known\n\n# Later\n- key: slow-statement:bbbb\n  reason: batch\n- key: ${KEY}\n  reason: needed\n`,
    );
  });

  it("replaces the entry of the same key in its place", () => {
    const file = fileWith(`- key: ${KEY}\n  reason: old\n# next\n- key: slow-statement:bbbb\n  reason: batch\n`);
    addSuppression(file, entry({ reason: "new" }), NOW);
    expect(readFileSync(file, "utf8")).toBe(
      `- key: ${KEY}\n  reason: new\n# next\n- key: slow-statement:bbbb\n  reason: batch\n`,
    );
  });

  it.each(["", "# only a comment\n", "[]\n"])("adds to a file without entries: %j", (text) => {
    const file = fileWith(text);
    addSuppression(file, entry(), NOW);
    expect(loadSuppressions(join(file, "..")).entries).toEqual([entry()]);
    if (text.startsWith("#")) expect(readFileSync(file, "utf8")).toContain("# only a comment");
  });

  it.each<[string, Partial<Suppression>]>([
    ["a day that is past", { until: "2026-11-22" }],
    ["a day that does not exist", { until: "2027-02-30" }],
    ["another form of date", { until: "31.12.2026" }],
    ["no reason", { reason: " " }],
    ["a short key", { key: "unused-index:012" }],
    ["a key without rule", { key: "0123456789ab" }],
  ])("refuses %s and writes nothing", (_, overrides) => {
    const folder = temporaryFolder();
    const add = () => addSuppression(join(folder, SUPPRESSIONS_FILE), entry(overrides), NOW);
    expect(add).toThrow(expect.objectContaining({ code: "usage", exitCode: 2 }));
    expect(loadSuppressions(folder).entries).toEqual([]);
  });

  it("takes today as the last day", () => {
    const folder = temporaryFolder();
    addSuppression(join(folder, SUPPRESSIONS_FILE), entry({ until: "2026-11-23" }), NOW);
    expect(loadSuppressions(folder).entries).toHaveLength(1);
  });
});

describe("loadSuppressions", () => {
  it.each([
    ["key: a:1234\nreason: x\n", /expected a list/],
    ["- key: a:1234\n", /entry 1/],
    ["- {key: a:1234, reason: x}\n- {key: nonsense, reason: x}\n", /entry 2: `key` has to be/],
    ["- {key: a:1234, reason: x, untill: 2027-01-01}\n", /untill/],
    ["- {key: a:1234, reason: x, until: soon}\n", /`until` has to be a date/],
    ["- [", /is not a valid suppression file/],
  ])("refuses %j", (text, pattern) => {
    const file = fileWith(text);
    const load = () => loadSuppressions(join(file, ".."));
    expect(load).toThrow(expect.objectContaining({ code: "suppressions-invalid", exitCode: 2 }));
    expect(load).toThrow(pattern);
  });
});

describe("activeSuppression", () => {
  it("fits a whole key or its start", () => {
    for (const key of [KEY, "unused-index:0123"]) {
      expect(activeSuppression([entry({ key })], KEY, NOW)?.reason).toBe("needed");
    }
  });

  it("does not fit another rule or other digits", () => {
    expect(activeSuppression([entry()], "unused-index:0123456789ac", NOW)).toBeNull();
    expect(activeSuppression([entry()], "slow-statement:0123456789ab", NOW)).toBeNull();
    expect(activeSuppression([], KEY, NOW)).toBeNull();
  });

  it("ends after its last day, and a second entry may follow", () => {
    const past = entry({ until: "2026-11-22" });
    expect(activeSuppression([past], KEY, NOW)).toBeNull();
    expect(activeSuppression([entry({ until: "2026-11-23" })], KEY, NOW)).not.toBeNull();
    expect(activeSuppression([past, entry({ reason: "again" })], KEY, NOW)?.reason).toBe("again");
  });
});

function entry(overrides: Partial<Suppression> = {}): Suppression {
  return { key: KEY, reason: "needed", until: null, by: null, ...overrides };
}

function fileWith(text: string): string {
  const file = join(temporaryFolder(), SUPPRESSIONS_FILE);
  writeFileSync(file, text);
  return file;
}
