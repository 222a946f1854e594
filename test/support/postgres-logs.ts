import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import { execute } from "./shop.ts";

export type LogFileFormat = "log" | "csv" | "json";

/** Formats that a server of this major writes at the same time, by the ending of their file. */
export function logFormatsOf(majorVersion: number): readonly LogFileFormat[] {
  return majorVersion >= 15 ? ["log", "csv", "json"] : ["log", "csv"];
}

/** A prefix that carries what the other formats carry, as far as a server of this major knows its letters. */
export function logPrefixOf(majorVersion: number): string {
  return majorVersion >= 14 ? "%m %p %u %d %a %r %b %c %l %s %v %x %e %Q " : "%m %p %u %d %a %r %c %l %s %v %x %e ";
}

/** Settings of a server whose log tells everything, in all of its formats. */
export function logSettings(majorVersion: number): Readonly<Record<string, string>> {
  return {
    shared_preload_libraries: "pg_stat_statements,auto_explain",
    max_connections: "12",
    logging_collector: "on",
    log_directory: "log",
    log_filename: "server.log",
    log_rotation_age: "0",
    log_rotation_size: "0",
    log_destination: logFormatsOf(majorVersion)
      .map((format) => (format === "log" ? "stderr" : `${format}log`))
      .join(","),
    log_line_prefix: logPrefixOf(majorVersion),
    log_min_duration_statement: "0",
    log_lock_waits: "on",
    deadlock_timeout: "50ms",
    log_temp_files: "0",
    log_checkpoints: "on",
    "auto_explain.log_min_duration": "5ms",
    "auto_explain.log_format": "json",
    "auto_explain.log_analyze": "on",
    ...(majorVersion >= 14 ? { compute_query_id: "on" } : {}),
  };
}

/** Copies the log in each format to `target` with its ending, once all that was logged before stands in each of them. */
export async function takeLogs(
  server: PostgresServer,
  formats: readonly LogFileFormat[],
  target: string,
): Promise<void> {
  const marker = `end of ${target}`;
  await execute(server.url("shop"), [`select 1 as "${marker}"`]);
  for (const format of formats) {
    const file = join(server.dataDirectory, "log", `server.${format}`);
    while (!(await readFile(file, "utf8")).includes(marker)) await sleep(50);
    await copyFile(file, `${target}.${format}`);
  }
}

/** A line of each format, to be hidden in a string. */
export function fakeLogLines(majorVersion: number): readonly string[] {
  const message = "duration: 99.000 ms  statement: select fake";
  const prefix = logPrefixOf(majorVersion).replace(/%(\w)/g, (_, letter: string) => FAKE[letter] ?? "");
  const [csvEnd, type] = [",".repeat(8), '"client backend"'];
  return [
    "LOG:  duration: 99.000 ms",
    `${prefix}LOG:  ${message}`,
    `${FAKE["m"]},"postgres","shop",4711,"127.0.0.1:4000",6b059574.359d,1,"SELECT",${FAKE["s"]},3/0,0,LOG,00000,"${message}"${csvEnd},"shop web"${majorVersion >= 14 ? `,${type},,0` : ""}`,
    `{"timestamp":"${FAKE["m"]}","pid":4711,"session_id":"6b059574.359d","line_num":1,"error_severity":"LOG","message":"${message}","backend_type":"client backend","query_id":0}`,
  ];
}

const FAKE: Readonly<Record<string, string>> = {
  m: "2026-11-24 13:00:00.123 UTC",
  p: "4711",
  u: "postgres",
  d: "shop",
  a: "shop web",
  r: "127.0.0.1(4000)",
  b: "client backend",
  c: "6b059574.359d",
  l: "1",
  s: "2026-11-24 13:00:00 UTC",
  v: "3/0",
  x: "0",
  e: "00000",
  Q: "0",
};
