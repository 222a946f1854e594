import type { Analysis } from "../model/analysis.ts";
import type { AbsenceReason, ArtifactResult } from "../model/artifact.ts";
import type { ArtifactName, Artifacts } from "../model/capture.ts";
import type { Finding } from "../model/finding.ts";
import type { Confidence, Severity } from "../model/primitives.ts";

export interface Gate {
  /** Severities (this one and worse) and rule ids that fail the run. */
  readonly failOn: readonly string[];
  readonly minConfidence: Confidence;
}

/** Exit codes of a run that produced a report; larger problems throw. */
export const EXIT = { done: 0, gateFailed: 1, partial: 4, storeFailed: 5, bug: 70 } as const;

const SEVERITIES: readonly Severity[] = ["info", "warning", "critical"];
const CONFIDENCES: readonly Confidence[] = ["heuristic", "estimated", "measured"];
/** Share of a log's bytes that may be unparsed in a run that counts as whole. */
const MOST_UNPARSED_SHARE = 0.001;
const PARTIAL_REASONS: ReadonlySet<AbsenceReason> = new Set([
  "permission-denied",
  "timed-out",
  "failed",
  "extension-missing",
  "setting-off",
]);

/** Findings that fail the gate: neither suppressed nor part of another one, and sure enough. */
export function gateFailures(findings: readonly Finding[], gate: Gate): Finding[] {
  return findings.filter(
    (finding) =>
      finding.partOf === null &&
      finding.suppressed === null &&
      CONFIDENCES.indexOf(finding.confidence) >= CONFIDENCES.indexOf(gate.minConfidence) &&
      gate.failOn.some((value) => trips(finding, value)),
  );
}

/** True when a core artifact could not be seen, or a rule crashed. */
export function isPartial(analysis: Analysis, artifacts: Artifacts, coreArtifacts: readonly ArtifactName[]): boolean {
  const unseen = coreArtifacts.some((name) => isUnseen(artifacts[name]));
  return unseen || isPoorlyRead(artifacts.log) || analysis.outcomes.some(({ status }) => status === "crashed");
}

/** True when so much of the logs is no event that the report may mislead. */
function isPoorlyRead(log: Artifacts["log"]): boolean {
  if (log.status === "absent") return isUnseen(log);
  const { unparsed, bytes } = log.value.input;
  return unparsed.bytes > bytes * MOST_UNPARSED_SHARE;
}

/** True when an artifact is absent for a reason that somebody can mend. */
export function isUnseen(result: ArtifactResult<unknown>): boolean {
  return result.status === "absent" && PARTIAL_REASONS.has(result.reason);
}

export function isSeverity(value: string): value is Severity {
  return SEVERITIES.some((severity) => severity === value);
}

function trips(finding: Finding, value: string): boolean {
  if (isSeverity(value)) return SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(value);
  return finding.ruleId === value;
}
