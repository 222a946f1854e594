import type { Analysis, RuleOutcome } from "../model/analysis.ts";
import type { Finding, Subject } from "../model/finding.ts";
import type { CallSite } from "../model/query-loop.ts";
import { printable } from "../util/text.ts";
import { sortFindings } from "./arrange.ts";
import type { RuleText } from "./reporter.ts";

/** One rule of a run, as formats that are read by machines list it. */
export interface RuleResult {
  readonly id: string;
  readonly title: string;
  /** Undefined where an analysis has findings of a rule that it says nothing else of. */
  readonly outcome: RuleOutcome | undefined;
  /** All its findings, worst first. */
  readonly findings: readonly Finding[];
}

/** Every rule that the analysis names, sorted by id. */
export function ruleResults(analysis: Analysis, texts: readonly RuleText[] = []): RuleResult[] {
  const outcomes = new Map(analysis.outcomes.map((outcome) => [outcome.ruleId, outcome]));
  const titles = new Map(texts.map(({ id, title }) => [id, title]));
  const findings = sortFindings(analysis.findings);
  const ids = [...new Set([...outcomes.keys(), ...findings.map(({ ruleId }) => ruleId)])].sort();
  return ids.map((id) => ({
    id,
    title: printable(titles.get(id) ?? wordsOf(id)),
    outcome: outcomes.get(id),
    findings: findings.filter(({ ruleId }) => ruleId === id),
  }));
}

/** The line of the program that a finding names, or null. */
export function callSiteOf(subject: Subject): CallSite | null {
  return subject.kind === "loop" ? subject.callSite : null;
}

/** `missing-index` → `Missing index`. */
function wordsOf(id: string): string {
  const words = id.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
