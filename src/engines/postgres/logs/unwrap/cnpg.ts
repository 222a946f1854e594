import { type InnerLines, isObject, JsonLines, objectOf } from "./json-lines.ts";
import { shareOf } from "./sample-share.ts";
import type { Unwrap } from "./unwrap.ts";

/**
 * CloudNativePG's logs: `{"level":…,"ts":…,"logger":"postgres","msg":"record","record":{…}}`, where `record` has the
 * columns of csvlog. Each becomes a line of jsonlog; lines of its other loggers are another program's.
 */
export const cnpg: Unwrap = {
  id: "cnpg",
  innerFormat: "postgres-json",
  stampPrefix: null,
  detect: (sample) =>
    shareOf(sample, (line) => {
      const inner = innerLines(line);
      return typeof inner === "string" ? inner : "line";
    }),
  create: () => new JsonLines(innerLines),
};

/** Columns of csvlog in the order of jsonlog's keys, and whether jsonlog writes a number. */
const KEYS: readonly (readonly [column: string, key: string, isNumber: boolean])[] = [
  ["log_time", "timestamp", false],
  ["user_name", "user", false],
  ["database_name", "dbname", false],
  ["process_id", "pid", true],
  ["remote_host", "remote_host", false],
  ["remote_port", "remote_port", true],
  ["session_id", "session_id", false],
  ["session_line_num", "line_num", true],
  ["command_tag", "ps", false],
  ["session_start_time", "session_start", false],
  ["virtual_transaction_id", "vxid", false],
  ["transaction_id", "txid", true],
  ["error_severity", "error_severity", false],
  ["sql_state_code", "state_code", false],
  ["message", "message", false],
  ["detail", "detail", false],
  ["hint", "hint", false],
  ["internal_query", "internal_query", false],
  ["internal_query_pos", "internal_position", true],
  ["context", "context", false],
  ["query", "statement", false],
  ["query_pos", "cursor_position", true],
  ["func_name", "func_name", false],
  ["file_name", "file_name", false],
  ["file_line_num", "file_line_num", true],
  ["application_name", "application_name", false],
  ["backend_type", "backend_type", false],
  ["leader_pid", "leader_pid", true],
  ["query_id", "query_id", true],
];

function innerLines(line: string): InnerLines {
  const entry = objectOf(line);
  if (entry === null || typeof entry["logger"] !== "string") return "unreadable";
  const record = entry["record"];
  if (!isObject(record) || typeof record["log_time"] !== "string" || typeof record["process_id"] !== "string") {
    return "foreign";
  }
  return [jsonLine({ ...record, ...connection(record["connection_from"]), ...location(record["location"]) })];
}

/** Written by hand: `query_id` has more digits than a number of JavaScript. */
function jsonLine(columns: Readonly<Record<string, unknown>>): string {
  const pairs = KEYS.flatMap(([column, key, isNumber]) => {
    const value = columns[column];
    if (typeof value !== "string" || value === "") return [];
    return [`"${key}":${isNumber && /^-?\d+$/.test(value) ? value : JSON.stringify(value)}`];
  });
  return `{${pairs.join(",")}}`;
}

/** `127.0.0.1:5432`; `[local]` has no port. */
function connection(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "string") return {};
  const [, host, port] = /^(.*):(\d+)$/.exec(value) ?? [];
  return host === undefined || port === undefined ? { remote_host: value } : { remote_host: host, remote_port: port };
}

/** `exec_simple_query, postgres.c:1040`. */
function location(value: unknown): Readonly<Record<string, string>> {
  const [, name, file, line] = /^(?:(.+), )?(.+):(\d+)$/.exec(typeof value === "string" ? value : "") ?? [];
  if (file === undefined || line === undefined) return {};
  return { ...(name === undefined ? {} : { func_name: name }), file_name: file, file_line_num: line };
}
