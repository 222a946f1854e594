import { type LabelledRequest, type Labels, normalised } from "./labels.ts";

/** One instance of a finding of the family. */
export interface Spoken {
  readonly rule: string;
  readonly confidence: string;
  readonly query: string;
  /** When it was; null where the finding has no instances. */
  readonly time: Period | null;
}

/** Milliseconds of the epoch. */
export interface Period {
  readonly from: number;
  readonly to: number;
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
/** Share of common time from which on a finding is about a look-alike that repeats a loop's statement beside it. */
const SAME_TIME = 0.8;
const CLASS_OF_VARIANT: Readonly<Record<string, LabelledRequest["scopeClass"]>> = { comments: "A", transactions: "B" };

/** Lays the findings about one log beside its labels. */
export function verdictsOf(
  labels: Labels,
  spoken: readonly Spoken[],
): { readonly loops: readonly LoopVerdict[]; readonly alarms: readonly FalseAlarm[] } {
  const loops = labels.requests.filter(({ planted }) => planted.length > 0);
  const placed = spoken.map((one) => ({ one, requests: loopsOf(one, loops, labels) }));
  return {
    loops: loops.map((request) => {
      const finders = placed.filter(({ requests }) => requests.includes(request)).map(({ one }) => one);
      return { labels, request, by: finders.find(({ rule }) => rule === request.rule) ?? finders[0] ?? null };
    }),
    alarms: placed
      .filter(({ requests }) => requests.length === 0)
      .map(({ one }) => ({ labels, spoken: one, ...placeOf(one, labels) })),
  };
}

/** Requests whose loop a finding is about. */
function loopsOf(
  { query, time }: Spoken,
  loops: readonly LabelledRequest[],
  { dialect, requests }: Labels,
): LabelledRequest[] {
  if (time === null) return [];
  const text = normalised(query, dialect);
  const likeness = (request: LabelledRequest): number =>
    Math.max(0, ...request.planted.filter((loop) => loop.query === text).map((loop) => commonShare(time, loop)));
  const lookAlikes = requests.filter(({ planted, queries }) => planted.length === 0 && queries.includes(text));
  const closest = Math.max(0, ...lookAlikes.map((request) => commonShare(time, request)));
  const isLookAlike = closest >= SAME_TIME && loops.every((request) => likeness(request) < closest);
  if (isLookAlike) return [];
  return loops.filter(({ planted }) =>
    planted.some((loop) => loop.query === text && isAbout(time, loop, 2 * SLACK_MS[dialect])),
  );
}

/** Half of the shorter in the other, and not much longer than the loop. */
function isAbout(time: Period, loop: Period, slackMs: number): boolean {
  const [length, loopLength] = [time.to - time.from + slackMs, loop.to - loop.from + slackMs];
  return commonMs(time, loop) + slackMs >= Math.min(length, loopLength) / 2 && length <= MOST_LENGTHS * loopLength;
}

function commonMs(a: Period, b: Period): number {
  return Math.min(a.to, b.to) - Math.max(a.from, b.from);
}

/** Of the time that either has, the share that both have. */
function commonShare(a: Period, b: Period): number {
  return Math.max(0, commonMs(a, b)) / Math.max(1, Math.max(a.to, b.to) - Math.min(a.from, b.from));
}

function placeOf({ query, time }: Spoken, labels: Labels): Pick<FalseAlarm, "scopeClass" | "scenario"> {
  const text = normalised(query, labels.dialect);
  const slackMs = SLACK_MS[labels.dialect];
  const [first] = labels.requests
    .filter((one) => one.queries.includes(text) && (time === null || commonMs(time, one) + slackMs > 0))
    .map((one) => ({ ...one, share: time === null ? 0 : commonShare(time, one) }))
    .toSorted((a, b) => a.planted.length - b.planted.length || b.share - a.share);
  if (first !== undefined) return { scopeClass: first.scopeClass, scenario: first.scenario };
  const scopeClass = CLASS_OF_VARIANT[labels.variant.replace("quiet-", "")] ?? "C";
  return { scopeClass, scenario: labels.background.queries.includes(text) ? "background" : "elsewhere" };
}
