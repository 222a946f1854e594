import type { Confidence, Severity } from "../model/primitives.ts";
import type { ReportFormat } from "../model/report-format.ts";
import type { TargetConfig } from "./schema.ts";

/** The configuration in force. */
export interface Config {
  readonly targets: Readonly<Record<string, TargetConfig>>;
  /** Null: the default path; false: no store. */
  readonly store: string | false | null;
  readonly top: number;
  readonly timeoutMs: number;
  readonly format: ReportFormat;
  /** Severities and rule ids. */
  readonly failOn: readonly string[];
  readonly minConfidence: Confidence;
  /** Empty: all rules. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Only rules that the configuration names. */
  readonly rules: Readonly<Record<string, RuleSettings>>;
  readonly keepLiterals: boolean;
  readonly explain: boolean;
}

/** What the configuration says of one rule; `thresholds` holds only those that were set, in their own unit. */
export interface RuleSettings {
  readonly enabled: boolean;
  readonly severity: Severity | null;
  readonly thresholds: Readonly<Record<string, number>>;
}
