import type { RuleOutcome } from "../model/analysis.ts";
import type { Artifacts } from "../model/capture.ts";
import type { EngineId, IsoTime, Severity } from "../model/primitives.ts";
import type { FindingDraft, Rule } from "../rule.ts";

/** What the user changed about one rule. */
export interface RuleSettings {
  readonly enabled: boolean;
  /** Null: the rule says itself. */
  readonly severity: Severity | null;
  /** Only those that were set. */
  readonly thresholds: Readonly<Record<string, number>>;
}

export interface RunRulesOptions {
  readonly rules: readonly Rule[];
  /** Null where only an application's log was read, which does not show it. */
  readonly engine: EngineId | null;
  readonly settings: Readonly<Record<string, RuleSettings>>;
  /** Run these alone; empty = all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly capturedAt: IsoTime;
}

const APPLICATIONS_ALONE = "only logs of applications were read: give the server's own log as well";

const UNCHANGED: RuleSettings = { enabled: true, severity: null, thresholds: {} };

/** A draft together with the rule that yielded it and the severity that is in force. */
export interface DetectedDraft {
  readonly rule: Rule;
  readonly draft: FindingDraft;
  readonly severity: Severity;
}

export interface RunRulesResult {
  readonly drafts: readonly DetectedDraft[];
  readonly outcomes: readonly RuleOutcome[];
}

/** Runs each rule over the artifacts. A rule that throws is one crashed outcome; the others go on. */
export function runRules(artifacts: Artifacts, options: RunRulesOptions): RunRulesResult {
  const drafts: DetectedDraft[] = [];
  const outcomes: RuleOutcome[] = [];
  for (const rule of options.rules) {
    const ruleId = rule.meta.id;
    const unseen = missingNeed(rule, artifacts);
    const because = reasonToSkip(rule, artifacts, options) ?? (hasHints(rule, artifacts) ? null : unseen);
    if (because !== null) {
      outcomes.push({ ruleId, status: "skipped", because });
      continue;
    }
    const settings = options.settings[ruleId] ?? UNCHANGED;
    try {
      const found = [
        ...rule.detect({ artifacts, thresholds: thresholdsOf(rule, settings), capturedAt: options.capturedAt }),
      ];
      const severityOf = (draft: FindingDraft): Severity => settings.severity ?? draft.severity ?? rule.meta.severity;
      drafts.push(...found.map((draft) => ({ rule, draft, severity: severityOf(draft) })));
      // Hints may be had where nothing was seen; none of them is no clean bill.
      if (unseen !== null && found.length === 0) outcomes.push({ ruleId, status: "skipped", because: unseen });
      else outcomes.push({ ruleId, status: "ran", findings: found.length });
    } catch (error) {
      outcomes.push({ ruleId, status: "crashed", error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { drafts, outcomes };
}

function reasonToSkip(rule: Rule, artifacts: Artifacts, options: RunRulesOptions): string | null {
  const { id, engines } = rule.meta;
  if (options.engine !== null && !engines.includes(options.engine)) return `does not apply to ${options.engine}`;
  if (options.only.length > 0 && !options.only.includes(id)) return "not requested (--only)";
  if (options.skip.includes(id)) return "not requested (--skip)";
  if (options.settings[id]?.enabled === false) return "turned off in the configuration";
  const { log } = artifacts;
  if (log.status === "present" && log.value.input.format === "application" && !readsApplications(rule))
    return APPLICATIONS_ALONE;
  return null;
}

/** Why a needed artifact is absent; null where all are present. */
function missingNeed(rule: Rule, artifacts: Artifacts): string | null {
  for (const need of rule.needs) {
    const artifact = artifacts[need];
    if (artifact.status === "absent") {
      return artifact.reason === "not-requested" ? `not asked for: ${artifact.hint}` : `no ${need}: ${artifact.reason}`;
    }
  }
  return null;
}

function hasHints({ hintsFrom }: Rule, artifacts: Artifacts): boolean {
  return hintsFrom.length > 0 && hintsFrom.every((name) => artifacts[name].status === "present");
}

function readsApplications({ needs, meta }: Rule): boolean {
  return !needs.includes("log") || meta.readsApplicationLogs === true;
}

function thresholdsOf(rule: Rule, settings: RuleSettings): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(rule.thresholds).map(([name, threshold]) => [name, settings.thresholds[name] ?? threshold.default]),
  );
}
