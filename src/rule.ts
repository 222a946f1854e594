/** The published face for rule authors: everything that a rule may use. */
import type { ArtifactName, Artifacts, ArtifactTypes } from "./model/capture.ts";
import type { Evidence, FindingInstance, Subject } from "./model/finding.ts";
import type { Confidence, EngineId, IsoTime, Scope, Severity } from "./model/primitives.ts";
import type { RecommendationDraft } from "./model/recommendation.ts";

export type * from "./model/index.ts";

export type RuleCategory = "statement" | "index" | "maintenance" | "contention" | "connections" | "configuration";

export type ThresholdUnit = "ms" | "s" | "bytes" | "rows" | "calls" | "share" | "count" | "days";

export interface Threshold {
  readonly default: number;
  readonly unit: ThresholdUnit;
  /** What happens below (or above) it, as a sentence. */
  readonly description: string;
}

export interface RuleMeta {
  /** Kebab-case noun of the bad state; the name of the rule's folder. */
  readonly id: string;
  /** The bad state as a sentence without a full stop. */
  readonly title: string;
  readonly category: RuleCategory;
  /** Severity of a finding that names none itself. */
  readonly severity: Severity;
  readonly scope: Scope;
  readonly engines: readonly EngineId[];
  /** Rules whose findings this one explains when both name the same object (see `topics`). */
  readonly explains?: readonly string[];
  /** Looks at what logs of applications say as well; other rules over the log skip a capture that has no server's log. */
  readonly readsApplicationLogs?: true;
}

/** What a rule yields; detection adds key, rule id, scope and grouping. */
export interface FindingDraft {
  readonly subject: Subject;
  readonly severity?: Severity;
  readonly confidence: Confidence;
  readonly headline: string;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly savesMsPerHour: number | null;
  readonly recommendations: readonly RecommendationDraft[];
  /** Objects that tie findings of one cause together: `statement:<fingerprint>`, `index:<schema>.<name>`, `pid:<n>`. */
  readonly topics: readonly string[];
  readonly instances?: readonly FindingInstance[];
}

export interface RuleContext<Needs extends ArtifactName, Uses extends ArtifactName, Thresholds> {
  /** Declared needs as values; declared uses as values or null. */
  readonly artifacts: { readonly [K in Needs]: ArtifactTypes[K] } & {
    readonly [K in Exclude<Uses, Needs>]: ArtifactTypes[K] | null;
  };
  readonly thresholds: { readonly [K in keyof Thresholds]: number };
  readonly capturedAt: IsoTime;
}

export interface RuleDefinition<
  Needs extends ArtifactName,
  Uses extends ArtifactName,
  Thresholds extends Readonly<Record<string, Threshold>>,
  Hints extends Uses = never,
> {
  readonly meta: RuleMeta;
  /** Without one of these the rule is skipped, with the reason. */
  readonly needs: readonly Needs[];
  /** Read where present. */
  readonly uses?: readonly Uses[];
  /**
   * Where these are all present, the rule also runs without what it needs, which is null then: they give hints alone. A
   * rule that had only them and found nothing counts as skipped.
   */
  readonly hintsFrom?: readonly Hints[];
  readonly thresholds: Thresholds;
  detect(
    context: [Hints] extends [never]
      ? RuleContext<Needs, Uses, Thresholds>
      : RuleContext<never, Needs | Uses, Thresholds>,
  ): Iterable<FindingDraft>;
}

/** A rule as detection sees it: its declared artifacts checked, its types folded away. */
export interface Rule {
  readonly meta: RuleMeta;
  readonly needs: readonly ArtifactName[];
  readonly uses: readonly ArtifactName[];
  /** Empty where nothing stands in for what it needs. */
  readonly hintsFrom: readonly ArtifactName[];
  readonly thresholds: Readonly<Record<string, Threshold>>;
  /** Throws when a needed artifact is absent and nothing stands in for it: the caller looks first. */
  detect(input: RuleInput): Iterable<FindingDraft>;
}

export interface RuleInput {
  readonly artifacts: Artifacts;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly capturedAt: IsoTime;
}

/** Declares a rule; reading an artifact or threshold that it does not declare does not compile. */
export function defineRule<
  const Needs extends ArtifactName,
  const Uses extends ArtifactName = never,
  const Thresholds extends Readonly<Record<string, Threshold>> = Readonly<Record<string, Threshold>>,
  const Hints extends Uses = never,
>(definition: RuleDefinition<Needs, Uses, Thresholds, Hints>): Rule {
  const { uses = [], hintsFrom = [] } = definition;
  return {
    meta: definition.meta,
    needs: definition.needs,
    uses,
    hintsFrom,
    thresholds: definition.thresholds,
    detect: ({ artifacts, thresholds, capturedAt }) => {
      const values: Record<string, unknown> = {};
      for (const name of uses) values[name] = presentValue(artifacts, name);
      for (const name of definition.needs) {
        values[name] = presentValue(artifacts, name);
        if (values[name] === null && hintsFrom.length === 0) throw new Error(`artifact ${name} is absent`);
      }
      // The loops above build exactly the declared shape, which the type system cannot follow.
      const context = { artifacts: values, thresholds, capturedAt } as Parameters<typeof definition.detect>[0];
      return definition.detect(context);
    },
  };
}

function presentValue<K extends ArtifactName>(artifacts: Artifacts, name: K): ArtifactTypes[K] | null {
  const result = artifacts[name];
  return result.status === "present" ? result.value : null;
}
