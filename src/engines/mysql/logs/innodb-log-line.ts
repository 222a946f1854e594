import type { IsoTime } from "../../../model/primitives.ts";

/** A line without what the error log writes before it. */
export interface InnodbLine {
  /** As written; null where the line has none. */
  readonly time: string | null;
  readonly body: string;
  /** The line begins a message of the error log. */
  readonly isMessage: boolean;
}

const TIME = String.raw`\d{4}-\d\d-\d\d[T ] ?\d{1,2}:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?|\d{6} {1,2}\d{1,2}:\d\d:\d\d`;
/** 5.6 writes the thread's handle right before `InnoDB:`; the status has it behind its time. */
const THREAD = String.raw`(?: (?:0x)?[0-9a-f]+(?=[\s\[I]|$))?`;
const LABEL = String.raw`(?: *\[\w+\](?: \[MY-\d+\] \[\w+\])?)? *(?:InnoDB: ?)?`;
const LINE = new RegExp(`^(${TIME})(${THREAD})(${LABEL})(.*)$`);
/** What may follow a time without a label; 5.5 writes `TOO DEEP` without a space before it. */
const UNLABELLED = /^(?:$|\*\*\* |TOO DEEP |INNODB MONITOR OUTPUT)/;
const PARTS = /^(\d{2,4})-?(\d\d)-?(\d\d)[T ] *(\d{1,2}):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/;

/** Splits a line of the error log or of the status into its time and the rest. */
export function readInnodbLine(text: string): InnodbLine {
  const line = text.endsWith("\r") ? text.slice(0, -1) : text;
  const [, time, , label = "", rest = ""] = LINE.exec(line) ?? [];
  const body = rest.trim();
  if (time === undefined || (label.trim() === "" && !UNLABELLED.test(body))) {
    return { time: null, body: line.replace(/^InnoDB: (?=[*t])/, ""), isMessage: false };
  }
  return { time, body, isMessage: true };
}

/**
 * The time in UTC. `offsetMinutes` is what the server's clock is ahead of UTC where the text has no zone; null: none.
 * Null where the text is no time.
 */
export function innodbTime(text: string, offsetMinutes: number | null): IsoTime | null {
  const [, year = "", month, day, hour = "", minute, second, fraction = "", zone] = PARTS.exec(text) ?? [];
  if (year === "") return null;
  const fullYear = year.length === 4 ? year : `${Number(year) < 70 ? "20" : "19"}${year}`;
  const millisecond = fraction.slice(0, 3).padEnd(3, "0");
  const written = `${fullYear}-${month}-${day}T${hour.padStart(2, "0")}:${minute}:${second}.${millisecond}`;
  const milliseconds = Date.parse(`${written}${zone ?? "Z"}`);
  if (Number.isNaN(milliseconds)) return null;
  const shift = zone === undefined ? (offsetMinutes ?? 0) * 60_000 : 0;
  return new Date(milliseconds - shift).toISOString();
}
