/** Why an artifact could not be collected. */
export type AbsenceReason =
  | "extension-missing"
  | "setting-off"
  | "permission-denied"
  | "version-too-old"
  | "unsupported-by-engine"
  | "not-requested"
  | "timed-out"
  | "failed";

/** One part of an artifact that could not be seen, while the rest could. */
export interface Gap {
  /** What is missing, as a reader would say it: `plans of 3 statements`. */
  readonly what: string;
  readonly reason: AbsenceReason;
  /** The exact line that makes it visible, or the words of the server. */
  readonly hint: string;
}

/** What a collector brings back: a value with its source, or the reason why there is none. */
export type ArtifactResult<T> =
  | { readonly status: "present"; readonly value: T; readonly source: string; readonly gaps: readonly Gap[] }
  | { readonly status: "absent"; readonly reason: AbsenceReason; readonly hint: string };
