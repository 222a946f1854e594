import type { RuleOutcome } from "../model/analysis.ts";
import type { Artifacts } from "../model/capture.ts";
import type { Finding } from "../model/finding.ts";
import type { Severity } from "../model/primitives.ts";
import type { Action, Recommendation, RecommendationDraft } from "../model/recommendation.ts";
import { findingKey, shortHash } from "./finding-key.ts";
import { groupCauses, type KeyedDraft } from "./group-causes.ts";
import { type DetectedDraft, type RunRulesOptions, runRules } from "./run-rules.ts";

export interface DetectOptions extends RunRulesOptions {
  /** The suppression in force for a key, or null. */
  readonly suppressionOf: (key: string) => Finding["suppressed"];
  /** The engine's text of an action. */
  readonly ddlOf: (action: Action) => string | null;
}

export interface Detection {
  readonly findings: readonly Finding[];
  readonly recommendations: readonly Recommendation[];
  readonly outcomes: readonly RuleOutcome[];
}

const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Runs the rules and makes findings of what they yield: keyed, grouped by cause, worst first, with recommendations. */
export function detect(artifacts: Artifacts, options: DetectOptions): Detection {
  const { drafts, outcomes } = runRules(artifacts, options);
  const keyed = withKeys(drafts);
  const partOf = groupCauses(keyed);
  const findings = keyed.map((draft) => toFinding(draft, partOf.get(draft.key) ?? null, options)).toSorted(worstFirst);
  const order = new Map(findings.map(({ key }, position) => [key, position]));
  const inOrder = keyed.toSorted((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0));
  return { findings, recommendations: collectRecommendations(inOrder, options.ddlOf), outcomes };
}

function withKeys(drafts: readonly DetectedDraft[]): KeyedDraft[] {
  const taken = new Set<string>();
  return drafts.map((detected) => {
    let ordinal = 0;
    let key = findingKey(detected.rule.meta.id, detected.draft.subject);
    while (taken.has(key)) {
      ordinal += 1;
      key = findingKey(detected.rule.meta.id, detected.draft.subject, ordinal);
    }
    taken.add(key);
    return { ...detected, key };
  });
}

function toFinding({ rule, draft, severity, key }: KeyedDraft, partOf: string | null, options: DetectOptions): Finding {
  return {
    key,
    ruleId: rule.meta.id,
    severity,
    confidence: draft.confidence,
    scope: rule.meta.scope,
    subject: draft.subject,
    headline: draft.headline,
    message: draft.message,
    evidence: draft.evidence,
    savesMsPerHour: draft.savesMsPerHour,
    partOf,
    suppressed: options.suppressionOf(key),
    ...(draft.instances === undefined ? {} : { instances: draft.instances }),
  };
}

function worstFirst(a: Finding, b: Finding): number {
  return (
    SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
    (b.savesMsPerHour ?? -1) - (a.savesMsPerHour ?? -1) ||
    (a.key < b.key ? -1 : 1)
  );
}

/** The same action proposed by several findings is one recommendation that names them all. */
function collectRecommendations(drafts: readonly KeyedDraft[], ddlOf: DetectOptions["ddlOf"]): Recommendation[] {
  const byKey = new Map<string, Recommendation>();
  for (const { key: because, draft } of drafts) {
    for (const proposal of draft.recommendations) {
      const key = recommendationKey(proposal, because);
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, { ...proposal, key, because: [because], ddl: ddlOf(proposal.action) });
      else byKey.set(key, { ...known, because: [...known.because, because] });
    }
  }
  return [...byKey.values()];
}

function recommendationKey({ action, summary }: RecommendationDraft, because: string): string {
  const identity = action.kind === "advice" ? [because, summary] : [JSON.stringify(action)];
  return `${action.kind}:${shortHash(identity)}`;
}
