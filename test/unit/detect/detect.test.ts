import { describe, expect, it } from "vitest";
import { detect } from "../../../src/detect/detect.ts";
import { findingKey } from "../../../src/detect/finding-key.ts";
import type { RuleSettings } from "../../../src/detect/run-rules.ts";
import { defineRule, type FindingDraft, type Rule } from "../../../src/rule.ts";
import { artifacts, settings } from "../../support/detect-builders.ts";

const draft = (name: string, over: Partial<FindingDraft> = {}): FindingDraft => ({
  subject: { kind: "table", table: { schema: "public", name } },
  confidence: "measured",
  headline: `${name}.`,
  message: `${name} is bad.`,
  evidence: [],
  savesMsPerHour: null,
  recommendations: [],
  topics: [`table:${name}`],
  ...over,
});

function rule(
  id: string,
  drafts: readonly FindingDraft[],
  over: { explains?: readonly string[]; throws?: boolean } = {},
): Rule {
  return defineRule({
    meta: {
      id,
      title: id,
      category: "statement",
      severity: "warning",
      scope: "database",
      engines: ["postgres"],
      explains: over.explains ?? [],
    },
    needs: ["settings"],
    thresholds: { least: { default: 3, unit: "count", description: "x" } },
    *detect({ thresholds }) {
      if (over.throws === true) throw new Error("boom");
      if (thresholds.least <= 3) yield* drafts;
    },
  });
}

function run(
  rules: readonly Rule[],
  over: { settings?: Record<string, RuleSettings>; only?: string[]; skip?: string[] } = {},
  present = true,
) {
  return detect(present ? artifacts({ settings: settings() }) : artifacts({}), {
    rules,
    engine: "postgres",
    settings: over.settings ?? {},
    only: over.only ?? [],
    skip: over.skip ?? [],
    capturedAt: "2026-01-01T00:00:00.000Z",
    suppressionOf: () => null,
    ddlOf: ({ kind }) => (kind === "advice" ? null : `${kind};`),
  });
}

describe("detection", () => {
  it("says of each rule whether it ran, was skipped or crashed, and goes on after a crash", () => {
    const { findings, outcomes } = run(
      [rule("bad", [], { throws: true }), rule("good", [draft("a")]), rule("quiet", [])],
      { skip: [] },
    );
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(["good"]);
    expect(outcomes).toEqual([
      { ruleId: "bad", status: "crashed", error: "boom" },
      { ruleId: "good", status: "ran", findings: 1 },
      { ruleId: "quiet", status: "ran", findings: 0 },
    ]);
  });

  it("runs a rule for hints alone, and does not count none of them as looked at", () => {
    const hinting = (drafts: readonly FindingDraft[]): Rule =>
      defineRule({
        meta: { ...rule("a", []).meta, id: "hinting" },
        needs: ["settings"],
        uses: ["indexes", "tables"],
        hintsFrom: ["indexes"],
        thresholds: {},
        *detect({ artifacts: { settings: seen, indexes } }) {
          if (seen !== null || indexes !== null) yield* drafts;
        },
      });
    const outcome = (drafts: readonly FindingDraft[], values: Parameters<typeof artifacts>[0]) =>
      detect(artifacts(values), {
        rules: [hinting(drafts)],
        engine: "postgres",
        settings: {},
        only: [],
        skip: [],
        capturedAt: "2026-01-01T00:00:00.000Z",
        suppressionOf: () => null,
        ddlOf: () => null,
      }).outcomes[0];
    const ran = { ruleId: "hinting", status: "ran" };
    const skipped = { ruleId: "hinting", status: "skipped", because: "not asked for: not part of this test" };
    expect(outcome([draft("x")], { indexes: [] })).toEqual({ ...ran, findings: 1 });
    expect(outcome([], { indexes: [] })).toEqual(skipped);
    expect(outcome([draft("x")], { tables: [] })).toEqual(skipped);
    expect(outcome([], { settings: settings() })).toEqual({ ...ran, findings: 0 });
    expect(outcome([draft("x")], { settings: settings(), indexes: [] })).toEqual({ ...ran, findings: 1 });
  });

  it("skips a rule whose artifact is absent, that was not asked for, or that is turned off", () => {
    expect(run([rule("a", [draft("x")])], {}, false).outcomes).toEqual([
      { ruleId: "a", status: "skipped", because: "not asked for: not part of this test" },
    ]);
    expect(run([rule("a", [draft("x")])], { only: ["b"] }).outcomes[0]?.status).toBe("skipped");
    expect(run([rule("a", [draft("x")])], { skip: ["a"] }).findings).toEqual([]);
    const off = { a: { enabled: false, severity: null, thresholds: {} } };
    expect(run([rule("a", [draft("x")])], { settings: off }).outcomes[0]?.status).toBe("skipped");
  });

  it("uses thresholds and severities of the configuration", () => {
    const strict = { a: { enabled: true, severity: "critical" as const, thresholds: {} } };
    expect(run([rule("a", [draft("x")])], { settings: strict }).findings[0]?.severity).toBe("critical");
    const lax = { a: { enabled: true, severity: null, thresholds: { least: 9 } } };
    expect(run([rule("a", [draft("x")])], { settings: lax }).findings).toEqual([]);
  });

  it("puts worse and costlier findings first", () => {
    const drafts = [
      draft("cheap", { savesMsPerHour: 5 }),
      draft("costly", { savesMsPerHour: 50 }),
      draft("worst", { severity: "critical" }),
    ];
    expect(run([rule("a", drafts)]).findings.map(({ headline }) => headline)).toEqual(["worst.", "costly.", "cheap."]);
  });

  it("keeps an effect under its cause when both name one object, and apart when they do not", () => {
    const cause = rule("cause", [draft("t")], { explains: ["effect"] });
    const effect = rule("effect", [draft("t"), draft("other")]);
    const { findings } = run([cause, effect]);
    const root = findings.find(({ ruleId }) => ruleId === "cause");
    expect(findings.filter(({ partOf }) => partOf === root?.key).map(({ message }) => message)).toEqual(["t is bad."]);
    expect(findings.filter(({ partOf }) => partOf === null)).toHaveLength(2);
  });

  it("follows a chain of causes to its root, and survives a circle", () => {
    const chain = run([
      rule("a", [draft("t")], { explains: ["b"] }),
      rule("b", [draft("t")], { explains: ["c"] }),
      rule("c", [draft("t")]),
    ]);
    const [root] = chain.findings.filter(({ partOf }) => partOf === null);
    expect(chain.findings.map(({ ruleId, partOf }) => [ruleId, partOf === root?.key]).toSorted()).toEqual([
      ["a", false],
      ["b", true],
      ["c", true],
    ]);
    const circle = run([rule("a", [draft("t")], { explains: ["b"] }), rule("b", [draft("t")], { explains: ["a"] })]);
    expect(circle.findings.filter(({ partOf }) => partOf === null)).toHaveLength(1);
  });

  it("makes one recommendation of the same action proposed twice", () => {
    const action = { kind: "analyze-table", table: { schema: "public", name: "t" } } as const;
    const recommendations = [{ action, summary: "Analyze t.", verified: "estimate", risks: [] }] as const;
    const { findings, recommendations: merged } = run([
      rule("a", [draft("t", { recommendations })]),
      rule("b", [draft("t", { recommendations })]),
    ]);
    expect(merged).toHaveLength(1);
    expect(merged[0]?.because.toSorted()).toEqual(findings.map(({ key }) => key).toSorted());
    expect(merged[0]?.ddl).toBe("analyze-table;");
  });
});

describe("the key of a finding", () => {
  it("depends on rule and object, not on pid or text", () => {
    const session = { kind: "session", application: "web", user: "app" } as const;
    expect(findingKey("r", { ...session, pid: 1 })).toBe(findingKey("r", { ...session, pid: 2 }));
    const statement = { kind: "statement", fingerprint: "00ff" } as const;
    expect(findingKey("r", { ...statement, query: "a" })).toBe(findingKey("r", { ...statement, query: "b" }));
    expect(findingKey("r", { kind: "server" })).not.toBe(findingKey("s", { kind: "server" }));
    expect(findingKey("r", { kind: "server" })).toMatch(/^r:[0-9a-f]{12}$/);
  });

  it("keeps names apart that run together", () => {
    const key = (schema: string, name: string) => findingKey("r", { kind: "table", table: { schema, name } });
    expect(key("a", "bc")).not.toBe(key("ab", "c"));
  });
});
