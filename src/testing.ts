/** The published face for rule tests: builders of artifacts with sensible defaults, and cases that check a rule. */
import assert from "node:assert/strict";
import type { Finding } from "./model/finding.ts";
import type { Action } from "./model/recommendation.ts";
import type { ArtifactResult, Artifacts, ArtifactTypes, FindingDraft, Rule, Subject } from "./rule.ts";
import { CAPTURED_AT } from "./testing-builders.ts";

export * from "./testing-builders.ts";
export * from "./testing-log-builders.ts";
export * from "./testing-loop-builders.ts";

/** A capture that the rule has nothing to say about. */
export interface QuietCase {
  readonly name: string;
  readonly artifacts: Artifacts;
  readonly thresholds?: Readonly<Record<string, number>>;
}

/** A capture that the rule reports, with what it says. */
export interface LoudCase extends QuietCase {
  readonly expect: ExpectedFinding;
}

/** What is checked of the first finding; what is left out is not checked. */
export interface ExpectedFinding {
  /** Number of findings, 1 where left out. */
  readonly count?: number;
  readonly severity?: Finding["severity"];
  readonly confidence?: Finding["confidence"];
  readonly subject?: Partial<Subject>;
  /** Parts that headline and message together must contain. */
  readonly messageIncludes?: readonly string[];
  /** Fields of the action of one of the recommendations. */
  readonly recommendation?: Partial<Action>;
  readonly topics?: readonly string[];
  readonly savesMsPerHour?: number | null;
  /** Anything else, over all findings; throws to fail. */
  readonly check?: (findings: readonly FindingDraft[]) => void;
}

export interface RuleCases {
  readonly quiet: readonly QuietCase[];
  readonly loud: readonly LoudCase[];
}

/** One check, for any test framework: `run` throws an AssertionError when the rule says something else. */
export interface RuleCheck {
  readonly name: string;
  run(): void;
}

/** The given artifacts as present, every other one as absent because it was not requested. */
export function artifacts(values: Partial<ArtifactTypes>): Artifacts {
  return {
    server: result(values.server),
    settings: result(values.settings),
    statements: result(values.statements),
    tables: result(values.tables),
    indexes: result(values.indexes),
    constraints: result(values.constraints),
    tableStatistics: result(values.tableStatistics),
    columnStatistics: result(values.columnStatistics),
    sessions: result(values.sessions),
    lockWaits: result(values.lockWaits),
    databaseCounters: result(values.databaseCounters),
    plans: result(values.plans),
    log: result(values.log),
    queryLoops: result(values.queryLoops),
  };
}

function result<T>(value: T | undefined): ArtifactResult<T> {
  if (value === undefined) return { status: "absent", reason: "not-requested", hint: "not part of this test" };
  return { status: "present", value, source: "test", gaps: [] };
}

/** Makes one check a case. */
export function testRule(rule: Rule, { quiet, loud }: RuleCases): readonly RuleCheck[] {
  return [
    ...loud.map((example) => ({ name: `reports ${example.name}`, run: () => checkLoud(rule, example) })),
    ...quiet.map((example) => ({ name: `is quiet about ${example.name}`, run: () => checkQuiet(rule, example) })),
  ];
}

/** Runs a rule over a case, with its default thresholds where the case names none. */
export function findingsOf(
  rule: Rule,
  { artifacts, thresholds = {} }: Omit<QuietCase, "name">,
): readonly FindingDraft[] {
  const defaults = Object.entries(rule.thresholds).map(([name, threshold]) => [name, threshold.default] as const);
  for (const name of Object.keys(thresholds)) {
    assert.ok(Object.hasOwn(rule.thresholds, name), `${rule.meta.id} has no threshold ${name}`);
  }
  const merged = { ...Object.fromEntries(defaults), ...thresholds };
  return [...rule.detect({ artifacts, thresholds: merged, capturedAt: CAPTURED_AT })];
}

function checkQuiet(rule: Rule, example: QuietCase): void {
  const messages = findingsOf(rule, example).map(({ message }) => message);
  assert.deepEqual(messages, [], `${rule.meta.id} must be quiet about ${example.name}`);
}

function checkLoud(rule: Rule, example: LoudCase): void {
  const findings = findingsOf(rule, example);
  const { expect } = example;
  assert.equal(findings.length, expect.count ?? 1, `number of findings of ${rule.meta.id}`);
  for (const finding of findings) checkWording(finding);
  const [first] = findings;
  if (first !== undefined) checkFinding(rule, first, expect);
  expect.check?.(findings);
}

function checkFinding(rule: Rule, finding: FindingDraft, expect: ExpectedFinding): void {
  if (expect.severity !== undefined) assert.equal(finding.severity ?? rule.meta.severity, expect.severity, "severity");
  if (expect.confidence !== undefined) assert.equal(finding.confidence, expect.confidence, "confidence");
  if (expect.subject !== undefined) assert.deepEqual(pick(finding.subject, expect.subject), expect.subject, "subject");
  if (expect.savesMsPerHour !== undefined) {
    assert.equal(finding.savesMsPerHour, expect.savesMsPerHour, "savesMsPerHour");
  }
  const text = `${finding.headline}\n${finding.message}`;
  for (const part of expect.messageIncludes ?? []) {
    assert.ok(text.includes(part), `message lacks ${JSON.stringify(part)}: ${text}`);
  }
  for (const topic of expect.topics ?? []) {
    assert.ok(finding.topics.includes(topic), `topics lack ${topic}: ${finding.topics.join(", ")}`);
  }
  if (expect.recommendation !== undefined) checkRecommendation(finding, expect.recommendation);
}

function checkRecommendation(finding: FindingDraft, expected: Partial<Action>): void {
  const actions = finding.recommendations.map(({ action }) => action);
  const found = actions.some((action) => {
    try {
      assert.deepEqual(pick(action, expected), expected);
      return true;
    } catch {
      return false;
    }
  });
  assert.ok(found, `no recommendation like ${JSON.stringify(expected)} in ${JSON.stringify(actions)}`);
}

/** What every finding owes its reader: whole sentences without a value that leaked from a calculation, and evidence. */
function checkWording(finding: FindingDraft): void {
  const texts = [finding.headline, finding.message, ...finding.recommendations.map(({ summary }) => summary)];
  for (const text of texts) {
    assert.ok(text.trim() !== "", "empty text");
    assert.doesNotMatch(text, /\b(?:undefined|NaN|Infinity)\b|\[object/);
  }
  assert.ok(finding.evidence.length > 0, "a finding without evidence");
}

function pick(value: object, like: object): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(like, name)));
}
