export type GrownFormat = "stderr" | "csv" | "json" | "slow";

/** How a log writes a time or a process. */
type FieldKind = "time" | "slow-time" | "epoch" | "hex-epoch" | "process" | "hex-process";

/** A time (seconds since 1970, as if all times were UTC) or a process in a line. */
export interface LineField {
  readonly from: number;
  readonly to: number;
  readonly kind: FieldKind;
}

interface FieldLine {
  readonly pattern: RegExp;
  /** Of the groups of the pattern. */
  readonly kinds: readonly FieldKind[];
}

const TIME = String.raw`(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)`;
const SESSION = String.raw`([0-9a-f]{8})\.([0-9a-f]+)`;
const TEXT = '(?:"[^"]*")?';

const LINES: Readonly<Record<GrownFormat, readonly FieldLine[]>> = {
  stderr: [{ pattern: new RegExp(String.raw`^${TIME}\.\d{3} UTC \[(\d+)\]`, "d"), kinds: ["time", "process"] }],
  csv: [
    {
      pattern: new RegExp(
        String.raw`^${TIME}\.\d{3} UTC,${TEXT},${TEXT},(\d+),${TEXT},${SESSION},\d+,${TEXT},${TIME} UTC,`,
        "d",
      ),
      kinds: ["time", "process", "hex-epoch", "hex-process", "time"],
    },
  ],
  json: [
    {
      pattern: new RegExp(
        String.raw`^\{"timestamp":"${TIME}\.\d{3} UTC",.*?"pid":(\d+),.*?"session_id":"${SESSION}",.*?"session_start":"${TIME} UTC"`,
        "d",
      ),
      kinds: ["time", "process", "hex-epoch", "hex-process", "time"],
    },
  ],
  slow: [
    { pattern: /^# Time: (\d{6} [ \d]\d:\d\d:\d\d)$/d, kinds: ["slow-time"] },
    { pattern: /^SET timestamp=(\d{10});$/d, kinds: ["epoch"] },
    { pattern: /^# Thread_id: (\d+) /d, kinds: ["process"] },
  ],
};

/** Processes that a message names. */
const MENTION = /[Pp]rocess (?:holding the lock: )?(\d+)|Wait queue: (\d+)/dg;

/** Times and processes of a line, from left to right. */
export function fieldsOf(line: string, format: GrownFormat): readonly LineField[] {
  const head = LINES[format].flatMap(({ pattern, kinds }) => {
    const groups = pattern.exec(line)?.indices?.slice(1) ?? [];
    return groups.flatMap((range, index) => fieldAt(range, kinds[index]));
  });
  if (!/rocess \d|rocess holding/.test(line)) return head;
  const mentions = [...line.matchAll(MENTION)].flatMap(({ indices }) =>
    (indices?.slice(1) ?? []).flatMap((range) => fieldAt(range, "process")),
  );
  return [...head, ...mentions];
}

/** An unmatched group has no range, whatever its type says. */
function fieldAt(range: readonly [number, number] | undefined, kind: FieldKind | undefined): LineField[] {
  return range === undefined || kind === undefined ? [] : [{ from: range[0], to: range[1], kind }];
}

/** The number that a field stands for. */
export function readField(text: string, kind: FieldKind): number {
  switch (kind) {
    case "time":
      return Date.parse(`${text.replace(" ", "T")}Z`) / 1000;
    case "slow-time": {
      const [year, month, day] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)];
      return Date.parse(`20${year}-${month}-${day}T${text.slice(7).replace(" ", "0")}Z`) / 1000;
    }
    case "epoch":
    case "process":
      return Number(text);
    case "hex-epoch":
    case "hex-process":
      return Number.parseInt(text, 16);
  }
}

/** The field with another number: of one width for all times and for all processes of seven digits. */
export function writeField(value: number, kind: FieldKind): string {
  switch (kind) {
    case "time":
      return new Date(value * 1000).toISOString().slice(0, 19).replace("T", " ");
    case "slow-time": {
      const [date = "", time = ""] = new Date(value * 1000).toISOString().slice(2, 19).split("T");
      return `${date.replaceAll("-", "")} ${time.startsWith("0") ? ` ${time.slice(1)}` : time}`;
    }
    case "epoch":
    case "process":
      return String(value);
    case "hex-epoch":
    case "hex-process":
      return value.toString(16);
  }
}

export function isProcess(kind: FieldKind): boolean {
  return kind === "process" || kind === "hex-process";
}
