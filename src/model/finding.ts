import type { PlanNode } from "./plan.ts";
import type { Confidence, Fingerprint, IsoTime, RelationName, Scope, Severity } from "./primitives.ts";
import type { CallSite, LoopStep } from "./query-loop.ts";

/** `<rule-id>:<12 hex>`, the same tomorrow and on staging. */
export type FindingKey = string;

/** What a finding is about. Database-relative names only, so that the key does not depend on the host. */
export type Subject =
  | { readonly kind: "statement"; readonly fingerprint: Fingerprint; readonly query: string }
  | { readonly kind: "table"; readonly table: RelationName }
  | { readonly kind: "columns"; readonly table: RelationName; readonly columns: readonly string[] }
  | { readonly kind: "index"; readonly table: RelationName; readonly index: RelationName }
  | {
      readonly kind: "session";
      readonly application: string | null;
      readonly user: string | null;
      readonly pid: number;
    }
  /** Statements that belong together, such as those of a deadlock; sorted by fingerprint. */
  | {
      readonly kind: "statements";
      readonly statements: readonly { readonly fingerprint: Fingerprint; readonly query: string }[];
    }
  /** One kind of error: SQLSTATE or the number of MySQL, with its text without literals. */
  | { readonly kind: "error"; readonly code: string | null; readonly message: string }
  /** A statement that the program sends in a loop, and what it loops over. The key is blind to the line. */
  | {
      readonly kind: "loop";
      readonly fingerprint: Fingerprint;
      readonly query: string;
      readonly source: Fingerprint | null;
      readonly route: string | null;
      readonly application: string | null;
      readonly callSite: CallSite | null;
    }
  | { readonly kind: "setting"; readonly name: string }
  | { readonly kind: "database"; readonly database: string }
  | { readonly kind: "server" };

/** One thing that was seen. Numbers carry their unit and, where it helps, what they are compared with. */
export type Evidence =
  | {
      readonly kind: "statement";
      readonly fingerprint: Fingerprint;
      readonly query: string;
      readonly calls: number;
      readonly totalMs: number;
      readonly meanMs: number;
      /** Share of the database's statement time, 0 to 1. */
      readonly share: number;
      readonly callsPerHour: number | null;
    }
  | {
      readonly kind: "metric";
      readonly name: string;
      readonly value: number;
      readonly unit: Unit;
      readonly source: string;
    }
  | { readonly kind: "plan-node"; readonly fingerprint: Fingerprint; readonly node: Omit<PlanNode, "children"> }
  | { readonly kind: "definition"; readonly label: string; readonly sql: string }
  | {
      readonly kind: "session";
      readonly pid: number;
      readonly user: string | null;
      readonly application: string | null;
      readonly client: string | null;
      readonly state: string;
      readonly seconds: number | null;
      readonly query: string | null;
    }
  /** One example, step by step. */
  | { readonly kind: "timeline"; readonly steps: readonly LoopStep[] }
  | { readonly kind: "note"; readonly text: string };

export type Unit = "ms" | "s" | "bytes" | "rows" | "calls" | "pages" | "share" | "count" | "days";

/** Another occurrence of the same finding. */
export interface FindingInstance {
  readonly from: IsoTime;
  readonly to: IsoTime;
  readonly count: number;
  readonly query: string;
}

export interface Finding {
  readonly key: FindingKey;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly scope: Scope;
  readonly subject: Subject;
  /** One short sentence with the number that matters; opens the report when this finding comes first. */
  readonly headline: string;
  /** What is wrong and what it costs, with numbers and units. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** Upper bound of database time per hour of the window that a fix can save; null where it cannot be told. */
  readonly savesMsPerHour: number | null;
  /** The finding whose fix removes this one as well. */
  readonly partOf: FindingKey | null;
  readonly suppressed: { readonly reason: string; readonly until: string | null } | null;
  readonly instances?: readonly FindingInstance[];
}
