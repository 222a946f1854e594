import { ADDRESS, SECONDS, SESSION, SEVERITY, ZONE } from "./prefix-pattern.ts";

/** Lines that are looked at, and prefixes that are proposed. */
const MOST_LINES = 1000;
const MOST_SHAPES = 6;
/** Without a time, a user and a database it is chance. */
const TELLING = /%-?\d*[mtnud]/;
const BEFORE_SEVERITY = new RegExp(`^(.*?)${SEVERITY}:  `);

/**
 * Prefixes that the beginnings of lines suggest, best first: what stands before the severity, with its values replaced
 * by escapes. A word that no key names is text: a user cannot be told from a database by looks.
 */
export function inferPrefixes(heads: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const head of heads.slice(0, MOST_LINES)) {
    const before = BEFORE_SEVERITY.exec(head)?.[1];
    if (before === undefined) continue;
    const shape = shapeOf(before);
    // JSON has words like these in its messages.
    if (!TELLING.test(shape) || shape.startsWith("{")) continue;
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  const shapes = [...fixed(counts)].sort(([, a], [, b]) => b - a).slice(0, MOST_SHAPES);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...withQuits(shapes, total), ...shapes.map(([shape]) => shape)];
}

/** A word that differs between lines that are the same otherwise is a value, and `[unknown]` stands for one. */
function fixed(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const wordsOf = new Map<string, number>();
  for (const shape of counts.keys()) wordsOf.set(outline(shape), (wordsOf.get(outline(shape)) ?? 0) + 1);
  return new Map([...counts].filter(([shape]) => wordsOf.get(outline(shape)) === 1 && !shape.includes("[unknown]")));
}

function outline(shape: string): string {
  return shape.replace(/(?<!%)[A-Za-z_][\w .#-]*(?![\w .#-]*[=:%])/g, "w");
}

/** Lines of background processes end where `%q` stands; most of the others must be of the longer shape. */
function withQuits(shapes: readonly (readonly [shape: string, count: number])[], total: number): readonly string[] {
  return shapes.flatMap(([shape, count]) =>
    shapes
      .filter(([other]) => other !== shape && shape.startsWith(other))
      .filter(([, background]) => count * 2 >= total - background)
      .map(([other]) => `${other}%q${shape.slice(other.length)}`),
  );
}

const KEYS: Readonly<Record<string, string>> = {
  user: "u",
  usr: "u",
  role: "u",
  u: "u",
  db: "d",
  database: "d",
  dbname: "d",
  d: "d",
  app: "a",
  application: "a",
  application_name: "a",
  appname: "a",
  a: "a",
  client: "r",
  host: "r",
  remote: "r",
  connection_source: "r",
  from: "r",
  ip: "r",
  h: "r",
  r: "r",
  pid: "p",
  p: "p",
};

const KEY = new RegExp(String.raw`(?<![\w.])(${Object.keys(KEYS).join("|")})( ?[=:] ?)("?)`, "iy");
/** What ends the value of a key: another key, or a value that is known by its looks. */
const NEXT_FIELD = new RegExp(
  String.raw`[\s,;|\])}>]+[[({<]?(?:[A-Za-z_]\w* ?=|\w+: ?\w|\[|${SECONDS}|${SESSION}|${ADDRESS}\(|\d+/\d+ )`,
  "g",
);
const CLOSING = /[\s\])}>,:;|-]*$/;

/** Values that are known by their looks, in this order. */
const LOOKS: readonly (readonly [RegExp, (value: RegExpExecArray, so: string) => string])[] = [
  [new RegExp(String.raw`${SECONDS}\.\d{3}${ZONE}`, "y"), () => "%m"],
  [new RegExp(`${SECONDS}${ZONE}`, "y"), (_, so) => (/%[mnt]/.test(so) ? "%s" : "%t")],
  [/\d{10}\.\d{3}(?!\d)/y, () => "%n"],
  [/(?<=\[) +\d+(?=\])/y, ([padded]) => `%${padded.length}p`],
  [/\[(\d+)-(\d+)\]/y, ([, , part]) => `[%l-${part ?? ""}]`],
  [new RegExp(String.raw`(?<![\w.])${SESSION}(?![\w.])`, "y"), () => "%c"],
  [new RegExp(String.raw`(?:${ADDRESS}|[\w.-]+)\(\d{1,5}\)|\[local\]`, "y"), () => "%r"],
  [new RegExp(String.raw`(?<![\w.:])${ADDRESS}(?![\w.:]\w)`, "y"), () => "%h"],
  [/(?<![\w/])-?\d+\/\d+(?![\w/])/y, () => "%v"],
  [/(?<!\w)(?:00000|(?=\d*[A-Z])[0-9A-Z]{2}[0-9A-Z]{3})(?!\w)(?<=\d\w*)/y, () => "%e"],
  [/(?<![\w.-])-?\d{12,20}(?![\w.])/y, () => "%Q"],
  [/(?<![\w.-])\d{1,7}(?![\w.])/y, (_, so) => (so.includes("%p") ? "%x" : "%p")],
  [/(\[unknown\]|[^\s@,;:|()[\]=<>{}"'/]*)@(\[unknown\]|[^\s@,;:|()[\]=<>{}"'/]*)/y, () => "%u@%d"],
  [/(?<!\w)(?:client backend|not initialized|checkpointer|autovacuum (?:worker|launcher))(?!\w)/y, () => "%b"],
  [/(?<!\w)(?:SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|idle|authentication)(?!\w)/y, () => "%i"],
];

function shapeOf(before: string): string {
  let shape = "";
  let at = 0;
  while (at < before.length) {
    const keyed = keyedValue(before, at);
    const read = keyed ?? knownByLooks(before, at, shape);
    if (read === null) {
      shape += before[at] === "%" ? "%%" : (before[at] ?? "");
      at += 1;
    } else {
      shape += read.shape;
      at = read.end;
    }
  }
  return shape;
}

interface ShapePart {
  readonly shape: string;
  readonly end: number;
}

function knownByLooks(before: string, at: number, so: string): ShapePart | null {
  for (const [pattern, shape] of LOOKS) {
    pattern.lastIndex = at;
    const value = pattern.exec(before);
    if (value !== null) return { shape: shape(value, so), end: at + value[0].length };
  }
  return null;
}

/** `user=shop`, `"` around the value or not; spaces in it where another key or the end follows. */
function keyedValue(before: string, at: number): ShapePart | null {
  KEY.lastIndex = at;
  const [text, key = "", , quote] = KEY.exec(before) ?? [];
  if (text === undefined) return null;
  const from = at + text.length;
  const end = quote === '"' ? before.indexOf('"', from) : valueEnd(before, from);
  if (end === -1) return null;
  const value = before.slice(from, end);
  return { shape: text.replaceAll("%", "%%") + escapeOf(key.toLowerCase(), value), end };
}

function valueEnd(before: string, from: number): number {
  NEXT_FIELD.lastIndex = from;
  const next = NEXT_FIELD.exec(before);
  let end = next?.index ?? from + (CLOSING.exec(before.slice(from))?.index ?? before.length - from);
  // `127.0.0.1(5432)` and `[unknown]` end with their own brackets.
  for (const [open, close] of ["()", "[]"]) {
    const value = before.slice(from, end);
    if (before[end] === close && value.split(open ?? "").length > value.split(close ?? "").length) end += 1;
  }
  return end;
}

/** `client=` is followed by the address with its port, or without. */
function escapeOf(key: string, value: string): string {
  const letter = KEYS[key] ?? "a";
  return `%${letter === "r" && !/\(\d+\)$/.test(value) ? "h" : letter}`;
}
