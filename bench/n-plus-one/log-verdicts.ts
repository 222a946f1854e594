import { type LabelledRequest, type Labels, normalised, type Planted } from "./labels.ts";

/** One instance of a finding of the family. */
export interface Spoken {
  readonly rule: string;
  readonly confidence: string;
  readonly query: string;
  /** Milliseconds of the epoch; null where the finding has no instances. */
  readonly from: number | null;
  readonly to: number | null;
}

/** What became of a request with a loop. */
export interface LoopVerdict {
  readonly labels: Labels;
  readonly request: LabelledRequest;
  /** What found it; null: missed. */
  readonly by: Spoken | null;
}

/** A finding's instance where no loop is. */
export interface FalseAlarm {
  readonly labels: Labels;
  readonly spoken: Spoken;
  readonly scopeClass: LabelledRequest["scopeClass"];
  /** Where it was most likely seen. */
  readonly scenario: string;
}

/** How far the log's times and the application's may be apart: a slow log of MariaDB has whole seconds. */
const SLACK_MS = { postgres: 50, mariadb: 1000 } as const;
/** A finding that covers much more than the loop has not found it. */
const MOST_LENGTHS = 3;
const CLASS_OF_VARIANT: Readonly<Record<string, LabelledRequest["scopeClass"]>> = { comments: "A", transactions: "B" };

/** Lays the findings about one log beside its labels. */
export function verdictsOf(
  labels: Labels,
  spoken: readonly Spoken[],
): { readonly loops: readonly LoopVerdict[]; readonly alarms: readonly FalseAlarm[] } {
  const loops = labels.requests.filter(({ planted }) => planted.length > 0);
  const isRight = (one: Spoken, { planted }: LabelledRequest): boolean =>
    planted.some((loop) => isAbout(one, loop, labels.dialect));
  return {
    loops: loops.map((request) => {
      const finders = spoken.filter((one) => isRight(one, request));
      return { labels, request, by: finders.find(({ rule }) => rule === request.rule) ?? finders[0] ?? null };
    }),
    alarms: spoken
      .filter((one) => !loops.some((request) => isRight(one, request)))
      .map((one) => ({ labels, spoken: one, ...placeOf(one, labels) })),
  };
}

/** The same statement, half of the shorter in the other, and not much longer than the loop. */
function isAbout({ query, from, to }: Spoken, loop: Planted, dialect: Labels["dialect"]): boolean {
  if (from === null || to === null || normalised(query, dialect) !== loop.query) return false;
  const slack = 2 * SLACK_MS[dialect];
  const shared = Math.min(to, loop.to) - Math.max(from, loop.from) + slack;
  const lengths = [to - from + slack, loop.to - loop.from + slack] as const;
  return shared >= Math.min(...lengths) / 2 && lengths[0] <= MOST_LENGTHS * lengths[1];
}

function placeOf({ query, from, to }: Spoken, labels: Labels): Pick<FalseAlarm, "scopeClass" | "scenario"> {
  const text = normalised(query, labels.dialect);
  const shared = (one: LabelledRequest): number =>
    Math.min(to ?? Infinity, one.to) - Math.max(from ?? 0, one.from) + SLACK_MS[labels.dialect];
  const [first] = labels.requests
    .filter((one) => one.queries.includes(text) && shared(one) > 0)
    .toSorted((a, b) => a.planted.length - b.planted.length || shared(b) - shared(a));
  if (first !== undefined) return { scopeClass: first.scopeClass, scenario: first.scenario };
  const scopeClass = CLASS_OF_VARIANT[labels.variant.replace("quiet-", "")] ?? "C";
  return { scopeClass, scenario: labels.background.queries.includes(text) ? "background" : "elsewhere" };
}
