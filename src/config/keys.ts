import { REPORT_FORMATS } from "../model/report-format.ts";
import { DEFAULTS } from "./defaults.ts";

/** One setting, as the documentation and the messages name it. */
export interface ConfigKey {
  readonly name: string;
  /** The kind of value in words. */
  readonly type: string;
  readonly default: string | number | boolean | null;
  readonly env: string | null;
  readonly flag: string | null;
  /** A sentence. */
  readonly description: string;
}

const TARGET = "targets.<name>";
const RULE = "rules.<id>";

/** Every configuration key, sorted by use. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  key(TARGET, "URL, or the keys below", null, "A database by a short name: `dbperf analyze <name>`."),
  key(
    `${TARGET}.url`,
    "URL",
    null,
    "Where the database is; without a password, which the next key or ~/.pgpass gives.",
  ),
  key(`${TARGET}.passwordCommand`, "shell command", null, "Prints the password on standard output."),
  key(`${TARGET}.role`, "role name", null, "Role to take on for each transaction."),
  key(`${TARGET}.memory`, "size", null, "Memory of the server, such as `16GB`."),
  key(`${TARGET}.storage`, "text", null, "Kind of storage of the server, such as `ssd`."),
  key(`${TARGET}.writable`, "boolean", false, "Allows the commands that write; for staging only."),
  key("store", "path or false", "$XDG_DATA_HOME/dbperf/dbperf.db", "File that keeps snapshots; `false` keeps none.", {
    env: "DBPERF_STORE",
    flag: "--store FILE, --no-store",
  }),
  key("top", "whole number", DEFAULTS.top, "Statements that the report lists and asks plans of.", {
    env: "DBPERF_TOP",
    flag: "--top N",
  }),
  key("timeout", "duration", "5s", "Longest time of one statement of dbperf on the server.", {
    env: "DBPERF_TIMEOUT",
    flag: "--timeout DURATION",
  }),
  key("format", REPORT_FORMATS.join(", "), DEFAULTS.format, "Form of the report.", {
    env: "DBPERF_FORMAT",
    flag: "--format FORMAT",
  }),
  key("failOn", "list of severities and rules", null, "Findings of these make the exit code 1.", {
    env: "DBPERF_FAIL_ON",
    flag: "--fail-on SEVERITY|RULE",
  }),
  key("minConfidence", "measured, estimated, heuristic", DEFAULTS.minConfidence, "Least confidence that fails a run.", {
    env: "DBPERF_MIN_CONFIDENCE",
    flag: "--min-confidence CONFIDENCE",
  }),
  key("only", "list of rules", null, "Runs these rules alone.", { env: "DBPERF_ONLY", flag: "--only RULE" }),
  key("skip", "list of rules", null, "Leaves these rules out.", { env: "DBPERF_SKIP", flag: "--skip RULE" }),
  key(
    "keepLiterals",
    "boolean",
    DEFAULTS.keepLiterals,
    "Keeps literals of statements in reports, captures and store.",
    {
      env: "DBPERF_KEEP_LITERALS",
      flag: "--keep-literals",
    },
  ),
  key("explain", "boolean", DEFAULTS.explain, "Asks the server for plans; statements are never run.", {
    env: "DBPERF_EXPLAIN",
    flag: "--no-explain",
  }),
  key(`${RULE}.enabled`, "boolean", true, "`false` leaves the rule out."),
  key(`${RULE}.severity`, "critical, warning, info", null, "Severity of the rule's findings, instead of its own."),
  key(
    `${RULE}.thresholds.<name>`,
    "number or text with unit",
    null,
    "A limit of the rule, such as `10MB`, `5s`, `20%`.",
  ),
];

function key(
  name: string,
  type: string,
  value: ConfigKey["default"],
  description: string,
  places: { readonly env: string; readonly flag: string } | null = null,
): ConfigKey {
  return { name, type, default: value, env: places?.env ?? null, flag: places?.flag ?? null, description };
}
