import { type ErrorBurst, errorBursts } from "../../src/computed/error-bursts.ts";
import { type ErrorKind, errorKind } from "../../src/computed/error-kinds.ts";
import { timeWords, windowSeconds, windowWords } from "../../src/computed/occurrences.ts";
import { defineRule, type Evidence, type FindingDraft, type LoggedError, type Window } from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";
import { adviceOf } from "./advice.ts";

const SOURCE = "server log";

export default defineRule({
  meta: {
    id: "error-burst",
    title: "Errors came far more often than usual, or ended sessions",
    category: "statement",
    severity: "warning",
    scope: "server",
    engines: ["postgres", "mysql", "mariadb"],
  },
  needs: ["log"],
  thresholds: {
    minCount: { default: 50, unit: "count", description: "A burst of fewer errors is ignored." },
    minRatio: {
      default: 10,
      unit: "count",
      description: "A burst has at least so many times the errors of the usual rate.",
    },
    maxSeconds: {
      default: 10_800,
      unit: "s",
      description: "What lasts longer, or more than a third of the log, is a state and no burst.",
    },
    maxChance: {
      default: 0.000001,
      unit: "share",
      description: "Largest chance, over the whole log, that the usual rate alone brings so many in a minute.",
    },
    minFatal: {
      default: 10,
      unit: "count",
      description: "Errors that end a session (FATAL) are reported from so many on, also when they come steadily.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { errors, window } = artifacts.log;
    const { minCount, minRatio, maxSeconds, maxChance, minFatal } = thresholds;
    for (const error of errors) {
      if (error.severity === "panic") {
        yield panicDraft(error);
        continue;
      }
      const kind = errorKind(error);
      if (kind === "own-rule") continue;
      const bursts = errorBursts(error, window, { minCount, minRatio, maxMinutes: maxSeconds / 60, maxChance });
      if (bursts.length > 0) yield burstDraft(error, kind, bursts, window);
      // Without a burst, one session after the other was ended on purpose, or found the server starting.
      else if (error.severity === "fatal" && kind !== "stop" && error.count >= minFatal) {
        yield fatalDraft(error, kind, window);
      }
    }
  },
});

function panicDraft(error: LoggedError): FindingDraft {
  return {
    ...common(error),
    severity: "critical",
    headline: `The server went down with PANIC ${timeWords(error)}: ${named(error)}.`,
    message:
      `PANIC “${error.message}”${codeWords(error)} was logged ${plural(error.count, "time")}, ${timeWords(error)}: ` +
      "all sessions were ended, open transactions were lost, and the server had to recover from its WAL.",
    evidence: evidenceOf(error, []),
    recommendations: [
      {
        action: { kind: "advice" },
        summary:
          "Read the server log and the system log around that time for its cause: a full disk, failing storage, a damaged file or a bug of the server.",
        verified: "estimate",
        risks: ["Copy the data directory before anything is repaired: repairs can destroy what could be saved."],
      },
    ],
  };
}

function burstDraft(error: LoggedError, kind: ErrorKind, bursts: readonly ErrorBurst[], window: Window): FindingDraft {
  const worst = bursts.reduce((most, burst) => (burst.count > most.count ? burst : most));
  const several = bursts.length === 1 ? "" : ` The log has ${bursts.length} such bursts.`;
  const what = `${formatCount(worst.count)} errors “${error.message}”${codeWords(error)}`;
  return {
    ...common(error),
    severity: kind === "stop" ? "info" : "warning",
    headline: `${plural(worst.count, "error")} “${named(error)}” came ${timeWords(spanOf(worst))}.`,
    message:
      `${what} came ${timeWords(spanOf(worst))}, up to ${formatCount(worst.busiestMinuteCount)} in a minute; ` +
      `${usualWords(error, bursts, window)}.${databaseWords(error)}${statementWords(error)}${several}`,
    evidence: evidenceOf(error, bursts),
    recommendations: [{ action: { kind: "advice" }, summary: adviceOf(error, kind), verified: "estimate", risks: [] }],
    instances: bursts.map(({ from, to, count }) => ({
      from,
      to,
      count,
      query: error.statement?.query ?? error.message,
    })),
  };
}

function fatalDraft(error: LoggedError, kind: ErrorKind, window: Window): FindingDraft {
  const within = windowWords(window);
  return {
    ...common(error),
    // Refused logins and clients that break off cost the database little.
    severity: kind === "login" || kind === "client" ? "info" : "warning",
    headline: `${plural(error.count, "session")} ended with FATAL “${named(error)}”.`,
    message:
      `FATAL “${error.message}”${codeWords(error)} ended ${plural(error.count, "session")}` +
      `${within === "" ? "" : ` ${within}`}, ${timeWords(error)}.${databaseWords(error)}${statementWords(error)}`,
    evidence: evidenceOf(error, []),
    recommendations: [{ action: { kind: "advice" }, summary: adviceOf(error, kind), verified: "estimate", risks: [] }],
  };
}

function common({ code, message, statement }: LoggedError) {
  return {
    subject: { kind: "error", code, message },
    confidence: "measured",
    savesMsPerHour: null,
    topics: statement === null ? [] : [`statement:${statement.fingerprint}`],
  } as const;
}

function spanOf({ from, to }: ErrorBurst) {
  return { firstAt: from, lastAt: to };
}

/** `the rest of the log has 12 in 10 h`: counted outside of all bursts. */
function usualWords(error: LoggedError, bursts: readonly ErrorBurst[], window: Window): string {
  const rest = error.count - bursts.reduce((sum, { count }) => sum + count, 0);
  if (rest <= 0) return "the rest of the log has none";
  const seconds = windowSeconds(window);
  const perHour = seconds === null ? null : (bursts[0]?.usualPerMinute ?? 0) * 60;
  const rate =
    perHour === null ? "" : ` (${perHour < 10 ? Number(perHour.toPrecision(2)) : formatCount(perHour)} an hour)`;
  return `the rest of the log has ${formatCount(rest)}${rate}`;
}

function codeWords({ code }: LoggedError): string {
  if (code === null) return "";
  return /^\d{4}$/.test(code) ? ` (error ${code})` : ` (SQLSTATE ${code})`;
}

function databaseWords({ database }: LoggedError): string {
  return database === null ? "" : ` Database: ${database}.`;
}

function statementWords({ statement }: LoggedError): string {
  return statement === null ? "" : " The statement that met it most often is given below.";
}

/** The message, cut for a headline. */
function named({ message }: LoggedError): string {
  return message.length <= 80 ? message : `${message.slice(0, 79).trimEnd()}…`;
}

function evidenceOf(error: LoggedError, bursts: readonly ErrorBurst[]): Evidence[] {
  const metric = (name: string, value: number): Evidence => ({
    kind: "metric",
    name,
    value,
    unit: "count",
    source: SOURCE,
  });
  return [
    metric("errors in the whole log", error.count),
    ...bursts.map((burst) => metric(`errors ${timeWords(spanOf(burst))}`, burst.count)),
    ...(error.statement === null
      ? []
      : ([{ kind: "definition", label: "statement that met it most often", sql: error.statement.query }] as const)),
  ];
}
