import type { FindingKey } from "./finding.ts";
import type { RelationName } from "./primitives.ts";

/** What to do, in terms of no engine; an engine's Ddl port turns it into text. */
export type Action =
  | {
      readonly kind: "create-index";
      readonly table: RelationName;
      readonly columns: readonly string[];
    }
  | { readonly kind: "drop-index"; readonly index: RelationName; readonly table: RelationName }
  | { readonly kind: "reindex"; readonly index: RelationName; readonly table: RelationName }
  | { readonly kind: "analyze-table"; readonly table: RelationName }
  | { readonly kind: "vacuum-table"; readonly table: RelationName }
  | { readonly kind: "set-parameter"; readonly name: string; readonly value: string; readonly restart: boolean }
  | { readonly kind: "create-extension"; readonly name: string }
  | { readonly kind: "end-session"; readonly pid: number }
  | { readonly kind: "advice" };

/** What a rule proposes; detection adds the key and the engine's text. */
export interface RecommendationDraft {
  readonly action: Action;
  /** One imperative sentence. */
  readonly summary: string;
  readonly verified: Verification;
  readonly risks: readonly string[];
}

/** built: the effect was measured on a copy; what-if: a planner was asked; estimate: a formula. */
export type Verification = "built" | "what-if" | "estimate";

export interface Recommendation extends RecommendationDraft {
  readonly key: string;
  readonly because: readonly FindingKey[];
  /** Statements to paste, without a trailing line break; null where the action has none. */
  readonly ddl: string | null;
}
