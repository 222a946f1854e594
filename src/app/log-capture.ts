import type { Gap } from "../model/artifact.ts";
import type { Artifacts, Capture } from "../model/capture.ts";
import type { LogFacts } from "../model/log.ts";
import type { IsoTime } from "../model/primitives.ts";
import type { CaptureNotice } from "../model/server.ts";
import type { StatementStatistic, StatementStatistics } from "../model/statement.ts";
import type { LogResult } from "./log-result.ts";
import { nothingRead } from "./nothing-read.ts";
import { toolInfo } from "./tool-info.ts";

const NOT_READ = {
  status: "absent",
  reason: "not-requested",
  hint: "dbperf analyze TARGET --log FILE reads the database as well.",
} as const;

const NO_STATEMENTS = {
  status: "absent",
  reason: "setting-off",
  hint: "alter system set log_min_duration_statement = '250ms'; select pg_reload_conf();",
} as const;

/** A capture of logs alone. `now` stands for the time where no event has one. */
export function captureOfLogs(result: LogResult, notices: readonly CaptureNotice[], now: IsoTime): Capture {
  const { statements, log } = result;
  const { window } = log;
  return {
    kind: "dbperf-capture",
    schemaVersion: 1,
    tool: toolInfo,
    target: null,
    startedAt: window.from ?? now,
    finishedAt: window.from === null ? now : window.to,
    notices: [...notices, ...settingNotices(log, NOT_READ)],
    artifacts: {
      ...nothingRead(NOT_READ),
      statements: statementsOf(statements, log, NOT_READ),
      log: presentLog(log),
      queryLoops: queryLoopsOf(result),
    },
  };
}

/** A capture of a database with what its logs say beside it. */
export function withLogs(capture: Capture, result: LogResult, notices: readonly CaptureNotice[]): Capture {
  const { statements, log } = result;
  const known = capture.artifacts.statements;
  return {
    ...capture,
    notices: [...capture.notices, ...notices, ...settingNotices(log, capture.artifacts.settings)],
    artifacts: {
      ...capture.artifacts,
      statements:
        known.status === "present"
          ? { ...known, value: { ...known.value, items: withLogFacts(known.value.items, statements.items) } }
          : statementsOf(statements, log, known),
      log: presentLog(log),
      queryLoops: queryLoopsOf(result),
    },
  };
}

/** Statements that are faster are the ones that loops are made of. */
const LOOPED_MS = 10;

function queryLoopsOf({ statements, log, loops, unlookedExecutions }: LogResult): Artifacts["queryLoops"] {
  if (statements.items.length === 0) {
    return { status: "absent", reason: "setting-off", hint: "dbperf run -- COMMAND, or dbperf traces FILE" };
  }
  const gaps: Gap[] = [];
  const fastestMs = Math.min(...statements.items.map(({ minMs }) => minMs ?? 0));
  if (fastestMs >= LOOPED_MS) {
    const setting =
      log.engine === "postgres"
        ? "alter system set log_min_duration_statement = 0;"
        : "set global long_query_time = 0;";
    const what = `loops of statements that take less than ${Math.floor(fastestMs)} ms, which are not in the log`;
    gaps.push({ what, reason: "setting-off", hint: `${setting} for a few minutes, or dbperf run -- COMMAND` });
  }
  if (unlookedExecutions > 0) {
    const what = `order of ${unlookedExecutions.toLocaleString("en-US")} executions, of more than 10,000 a second`;
    gaps.push({ what, reason: "failed", hint: "dbperf logs FILE --since TIME --until TIME, of a quieter time" });
  }
  return { status: "present", value: loops, source: "log", gaps };
}

function presentLog(log: LogFacts): Artifacts["log"] {
  return { status: "present", value: log, source: "log", gaps: [] };
}

/** `otherwise` where only logs of applications were read, which have no statements. */
function statementsOf(
  statements: StatementStatistics,
  { input }: LogFacts,
  otherwise: Artifacts["statements"],
): Artifacts["statements"] {
  if (input.format === "application") return otherwise;
  return statements.items.length === 0
    ? NO_STATEMENTS
    : { status: "present", value: statements, source: "log", gaps: [] };
}

/** The server's counters stay as they are; what they cannot know comes from the log. */
function withLogFacts(
  items: readonly StatementStatistic[],
  logged: readonly StatementStatistic[],
): readonly StatementStatistic[] {
  const byKey = new Map(logged.map((item) => [`${item.database} ${item.fingerprint}`, item]));
  return items.map((item) => {
    const found = byKey.get(`${item.database} ${item.fingerprint}`) ?? byKey.get(` ${item.fingerprint}`);
    if (found?.log === undefined) return item;
    const { p50Ms, p95Ms, p99Ms, log } = found;
    return { ...item, p50Ms, p95Ms, p99Ms, log };
  });
}

/** As the server says it now; undefined: it was not asked. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== "off" && value !== "-1";
}

/** What PostgreSQL writes only when it is told to: an empty list may mean that nobody asked for it. */
const SWITCHED: readonly (readonly [what: string, setting: string, isMissing: (log: LogFacts) => boolean])[] = [
  ["lock waits", "log_lock_waits", ({ lockWaits }) => lockWaits.length === 0],
  ["temporary files", "log_temp_files", ({ temporaryFiles }) => temporaryFiles.length === 0],
  ["checkpoints", "log_checkpoints", ({ checkpoints }) => checkpoints === null],
  ["autovacuum runs", "log_autovacuum_min_duration", ({ autovacuums }) => autovacuums.length === 0],
];

function settingNotices(log: LogFacts, settings: Artifacts["settings"]): CaptureNotice[] {
  if (log.engine !== "postgres" || log.input.format === "application") return [];
  const settingOf = (name: string): string | undefined =>
    settings.status === "absent" ? undefined : settings.value.find((setting) => setting.name === name)?.value;
  const missing = SWITCHED.filter(([, setting, isMissing]) => isMissing(log) && !isOn(settingOf(setting)));
  if (missing.length === 0) return [];
  const what = missing.map(([name]) => name).join(", ");
  const switches = missing.map(([, setting]) => setting).join(", ");
  const message = `The log has no ${what}: there were none, or ${switches} ${missing.length === 1 ? "is" : "are"} off.`;
  return [{ code: "log-settings", message }];
}
