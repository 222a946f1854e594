import { mergeOccurrences, timeWords } from "../../src/computed/occurrences.ts";
import {
  type Cancellation,
  type CancellationCause,
  defineRule,
  type Evidence,
  type FindingDraft,
  type LoggedStatement,
  type Occurrences,
} from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";
import { type CauseWords, causeWords } from "./causes.ts";

const MAX_STATEMENTS = 5;
/** Schema changes that give up on a lock do what lock_timeout is for. */
const SCHEMA_CHANGE = /^\s*(?:alter|create|drop|truncate|lock|reindex|vacuum|cluster|refresh|comment|optimize)\b/i;
/** One finding each for the whole log: the statement is not what has to change. */
const WHOLE_LOG: ReadonlySet<CancellationCause> = new Set(["recovery-conflict"]);

/** Cancellations of one cause and one statement, over all databases. */
interface Cancelled {
  readonly cause: CancellationCause;
  readonly statement: LoggedStatement | null;
  readonly members: readonly Cancellation[];
  readonly seen: Occurrences;
}

export default defineRule({
  meta: {
    id: "statement-timeout",
    title: "Statements were cancelled before they were done",
    category: "statement",
    severity: "warning",
    scope: "server",
    engines: ["postgres", "mysql", "mariadb"],
  },
  needs: ["log"],
  thresholds: {
    minCount: { default: 5, unit: "count", description: "What was cancelled less often is ignored." },
    minUserRequests: {
      default: 50,
      unit: "count",
      description: "The same for statements that were cancelled on request, which people do every day.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { cancellations, engine } = artifacts.log;
    for (const cancelled of grouped(cancellations)) {
      const { cause, seen } = cancelled;
      if (seen.count < (cause === "user-request" ? thresholds.minUserRequests : thresholds.minCount)) continue;
      yield draft(cancelled, causeWords(cause, engine));
    }
  },
});

function draft(cancelled: Cancelled, words: CauseWords): FindingDraft {
  const { statement, seen, cause } = cancelled;
  const isSchemaChange = cause === "lock-timeout" && statement !== null && SCHEMA_CHANGE.test(statement.query);
  const what =
    statement === null
      ? `${plural(seen.count, words.what)} ${seen.count === 1 ? "was" : "were"} cancelled ${words.by}`
      : `A ${words.what === "statement" ? "statement" : "transaction with this statement"} was cancelled ${words.by} ${plural(seen.count, "time")}`;
  return {
    subject:
      statement === null
        ? { kind: "error", code: words.code, message: words.message }
        : { kind: "statement", fingerprint: statement.fingerprint, query: statement.query },
    severity: isSchemaChange ? "info" : words.severity,
    confidence: "measured",
    headline: `${what}.`,
    message:
      `${what}, ${timeWords(seen)}${databaseWords(cancelled)}. ${words.lost}` +
      (isSchemaChange ? " For a schema change that is what lock_timeout is meant for, if it is tried again." : ""),
    evidence: evidenceOf(cancelled),
    savesMsPerHour: null,
    recommendations: words.recommendations,
    topics: statement === null ? [] : [`statement:${statement.fingerprint}`],
  };
}

function grouped(cancellations: readonly Cancellation[]): readonly Cancelled[] {
  const groups = new Map<string, Cancellation[]>();
  for (const cancellation of cancellations) {
    const { cause } = cancellation;
    const fingerprint = WHOLE_LOG.has(cause) ? null : (cancellation.statement?.fingerprint ?? null);
    const key = JSON.stringify([cause, fingerprint]);
    groups.set(key, [...(groups.get(key) ?? []), cancellation]);
  }
  return [...groups].flatMap(([, members]) => {
    const [first] = members;
    const seen = mergeOccurrences(members);
    if (first === undefined || seen === null) return [];
    return [{ cause: first.cause, statement: WHOLE_LOG.has(first.cause) ? null : first.statement, members, seen }];
  });
}

function databaseWords({ members }: Cancelled): string {
  const databases = [...new Set(members.flatMap(({ database }) => (database === null ? [] : [database])))].toSorted();
  if (databases.length === 0 || databases.length > 3) return "";
  return ` in database${databases.length === 1 ? "" : "s"} ${databases.join(", ")}`;
}

function evidenceOf({ members, seen, cause }: Cancelled): Evidence[] {
  const source = "server log";
  const metric = (name: string, value: number): Evidence => ({ kind: "metric", name, value, unit: "count", source });
  const named = WHOLE_LOG.has(cause) ? members.toSorted((a, b) => b.count - a.count) : [];
  return [
    metric("cancelled", seen.count),
    metric("minutes in which that happened", seen.perMinute.length),
    ...named
      .flatMap(({ statement, count }): Evidence[] =>
        statement === null
          ? []
          : [{ kind: "definition", label: `cancelled ${formatCount(count)} ×`, sql: statement.query }],
      )
      .slice(0, MAX_STATEMENTS),
  ];
}
