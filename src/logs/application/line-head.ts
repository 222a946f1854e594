/** What a line is by its beginning. */
export interface LineHead {
  /**
   * `entry`: begins with a time or is a JSON object; `continuation`: of the line before (indented, `Caused by:`);
   * `chain`: what follows has the error before it as its cause.
   */
  readonly role: "entry" | "line" | "continuation" | "chain";
  /** Milliseconds since 1970; NaN where the line has no time. */
  readonly timeMs: number;
  /** Whether the time is one without a zone. */
  readonly isLocal: boolean;
}

/** Up to a level, a thread or a container's name may stand before the time; no quote, sign or bracket of a value. */
const TIME =
  /^[\w\s[\]<>|,:.#@/-]{0,40}?\b(?<date>\d{4}[-/]\d\d[-/]\d\d)[T ](?<clock>\d\d:\d\d:\d\d)(?:[.,](?<fraction>\d{1,9}))?(?: ?(?<zone>Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d(?!\d)))?/;
const CONTINUATION = /^(?:\s|$|Caused by: |Suppressed: |\.\.\. \d)/;
const CHAIN = /^(?:The above exception was the direct cause of|During handling of the above exception)/;
/** What a container's runtime or a router of logs writes before each line of an application, its traces included. */
const COLLECTOR = /^(?<time>\S{19,40}) (?:(?:stdout|stderr) [FP] |\w+\[[\w.-]+\]: )(?<inner>.*)$/;
const TIME_KEYS = ["time", "timestamp", "@timestamp", "ts"] as const;
const NO_TIME = { timeMs: NaN, isLocal: false };

/** Reads the beginning of a line of an application's log; never throws. */
export function lineHead(line: string): LineHead {
  if (CONTINUATION.test(line)) return { role: "continuation", ...NO_TIME };
  if (CHAIN.test(line)) return { role: "chain", ...NO_TIME };
  if (line.startsWith("{")) return headOfJson(line);
  const collected = COLLECTOR.exec(line)?.groups;
  if (collected !== undefined) return headInside(collected["inner"] ?? "", timeOf(collected["time"] ?? ""));
  const time = timeOf(line);
  return { role: Number.isNaN(time.timeMs) ? "line" : "entry", ...time };
}

/** A line inside another one: its own time is the better one. */
function headInside(inner: string, outer: Omit<LineHead, "role">): LineHead {
  const head = lineHead(inner);
  return Number.isNaN(head.timeMs) ? { ...outer, role: head.role } : head;
}

function headOfJson(line: string): LineHead {
  const record = objectOf(line);
  if (record === null) return { role: "line", ...NO_TIME };
  const value = TIME_KEYS.map((key) => record[key]).find(
    (time) => typeof time === "string" || typeof time === "number",
  );
  const time = typeof value === "string" ? timeOf(value) : { timeMs: epochMs(value), isLocal: false };
  // Docker's own format: each line of the application is an object.
  const { log, stream } = record;
  return typeof log === "string" && typeof stream === "string" ? headInside(log, time) : { role: "entry", ...time };
}

function objectOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A time in seconds, milliseconds, microseconds or nanoseconds, by its size: all of them mean a day since 2001. */
function epochMs(value: unknown): number {
  if (typeof value !== "number" || !(value >= 1e9)) return NaN;
  if (value < 1e11) return value * 1000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1000 : value / 1e6;
}

function timeOf(text: string): Omit<LineHead, "role"> {
  const { date, clock, fraction = "0", zone } = TIME.exec(text)?.groups ?? {};
  if (date === undefined || clock === undefined) return NO_TIME;
  const ms = Date.parse(`${date.replaceAll("/", "-")}T${clock}Z`) + Number(`0.${fraction}`) * 1000;
  return { timeMs: Math.floor(ms) - offsetMinutes(zone) * 60_000, isLocal: zone === undefined };
}

function offsetMinutes(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? "") ?? [];
  if (sign === undefined) return 0;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
