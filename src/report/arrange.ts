import type { Analysis, RuleOutcome } from "../model/analysis.ts";
import type { Finding, FindingKey } from "../model/finding.ts";
import type { Severity } from "../model/primitives.ts";
import type { Recommendation } from "../model/recommendation.ts";

/** A finding with all that is printed beside it. */
export interface Entry {
  readonly finding: Finding;
  /** Rules whose findings go away with this one. */
  readonly alsoExplains: readonly string[];
  readonly recommendations: readonly Recommendation[];
  /** Shortest key that the command line accepts: `missing-index:7f3a`. */
  readonly shortKey: string;
}

export interface Arrangement {
  /** Critical findings and warnings, worst first. */
  readonly problems: readonly Entry[];
  readonly notes: readonly Entry[];
  readonly suppressed: readonly Finding[];
  readonly healthy: readonly string[];
  readonly skipped: readonly { readonly because: string; readonly ruleIds: readonly string[] }[];
  readonly crashed: readonly { readonly ruleId: string; readonly error: string }[];
}

/** Puts an analysis into the order in which every format tells it. */
export function arrange(analysis: Analysis): Arrangement {
  const keys = analysis.findings.map((finding) => finding.key);
  const shown = sortFindings(analysis.findings).filter((finding) => finding.suppressed === null);
  const byKey = new Map(shown.map((finding) => [finding.key, finding]));
  const rootOf = (finding: Finding): Finding => rootFinding(finding, byKey);
  const entries = shown
    .filter((finding) => rootOf(finding) === finding)
    .map((finding) => ({
      finding,
      alsoExplains: [
        ...new Set(
          shown.filter((other) => other !== finding && rootOf(other) === finding).map((other) => other.ruleId),
        ),
      ],
      recommendations: recommendationsOf(analysis, finding.key),
      shortKey: shortKey(finding.key, keys),
    }));
  return {
    problems: entries.filter((entry) => entry.finding.severity !== "info"),
    notes: entries.filter((entry) => entry.finding.severity === "info"),
    suppressed: analysis.findings.filter((finding) => finding.suppressed !== null),
    healthy: analysis.outcomes
      .filter((outcome) => outcome.status === "ran" && outcome.findings === 0)
      .map((outcome) => outcome.ruleId),
    skipped: skippedByReason(analysis.outcomes),
    crashed: analysis.outcomes.filter((outcome) => outcome.status === "crashed"),
  };
}

/** Worst first: severity, then the time that a fix saves, then key. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const rank: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };
  return [...findings].sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      (b.savesMsPerHour ?? -1) - (a.savesMsPerHour ?? -1) ||
      (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
}

export function recommendationsOf(analysis: Pick<Analysis, "recommendations">, key: FindingKey): Recommendation[] {
  return analysis.recommendations.filter((recommendation) => recommendation.because.includes(key));
}

/** The shortest prefix of `key`, with at least four characters after the rule, that no other key starts with. */
export function shortKey(key: FindingKey, keys: readonly FindingKey[]): string {
  const start = key.indexOf(":") + 1;
  for (let end = start + 4; end < key.length; end += 1) {
    const prefix = key.slice(0, end);
    if (keys.every((other) => other === key || !other.startsWith(prefix))) return prefix;
  }
  return key;
}

/** Follows `partOf` upwards; a parent that is not shown, or a circle, leaves the finding on its own. */
function rootFinding(finding: Finding, byKey: ReadonlyMap<FindingKey, Finding>): Finding {
  const seen = new Set<FindingKey>([finding.key]);
  let root = finding;
  while (root.partOf !== null) {
    const parent = byKey.get(root.partOf);
    if (parent === undefined) return root;
    if (seen.has(parent.key)) return finding;
    seen.add(parent.key);
    root = parent;
  }
  return root;
}

function skippedByReason(outcomes: readonly RuleOutcome[]): { because: string; ruleIds: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const outcome of outcomes) {
    if (outcome.status !== "skipped") continue;
    const group = groups.get(outcome.because);
    if (group === undefined) groups.set(outcome.because, [outcome.ruleId]);
    else group.push(outcome.ruleId);
  }
  return [...groups].map(([because, ruleIds]) => ({ because, ruleIds }));
}
