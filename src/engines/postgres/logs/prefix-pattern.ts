/** What a `log_line_prefix` claims about a line, strictly: a number is a number, an address an address. */
export interface PrefixPattern {
  /** Every field holds what it usually holds. */
  readonly usual: RegExp;
  /** Every field holds what it can hold; names may be odd ones. */
  readonly possible: RegExp;
  /** Escapes of the capture groups of both, in order. */
  readonly fields: readonly string[];
}

export const SEVERITY =
  "(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT|BACKTRACE)";
export const SECONDS = String.raw`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d`;
export const ZONE = String.raw`(?: (?:[A-Za-z]{2,6}|[+-]\d\d(?::?\d\d)?)(?![A-Za-z]))?`;
export const ADDRESS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|[0-9a-f:]*::[0-9a-f:.]*[0-9a-f](?:%\w+)?)`;
export const SESSION = String.raw`[0-9a-f]{7,8}\.[0-9a-f]+`;

/** What no name holds: another field of a prefix. An application that does has swallowed it. */
const OTHER_FIELD = String.raw`\b(?:user|db|database|app|application|application_name|client|host|remote|pid)=`;
const NOT_IN_APPLICATION = String.raw`\w=|\d{1,3}(?:\.\d{1,3}){3}|${SESSION}|\d\d:\d\d:\d\d|\[local\]`;
const HOST = String.raw`(?:\[local\]|\[unknown\]|${ADDRESS}|[\w.-]*)`;

const FIELDS: Readonly<Record<string, string>> = {
  m: String.raw`${SECONDS}\.\d{3}${ZONE}`,
  t: `${SECONDS}${ZONE}`,
  s: `${SECONDS}${ZONE}`,
  n: String.raw`\d{9,11}\.\d{3}`,
  p: String.raw`\d{1,7}`,
  P: String.raw`\d{0,7}`,
  l: String.raw`\d+`,
  x: String.raw`\d+`,
  Q: String.raw`-?\d+`,
  c: SESSION,
  e: "[0-9A-Z]{5}",
  v: String.raw`(?:-?\d+/\d+)?`,
  i: "[A-Za-z ]*",
  b: String.raw`[\w ./-]*`,
  r: String.raw`(?:\[local\]|\[unknown\]|(?:${ADDRESS}|[\w.-]+)\(\d{1,5}\)|)`,
  h: HOST,
  L: HOST,
};

/** The pattern of a prefix that `compilePrefix` takes. */
export function prefixPattern(prefix: string): PrefixPattern {
  const fields: string[] = [];
  let usual = "";
  let possible = "";
  let open = 0;
  const parts = [...prefix.matchAll(/%(-?\d*)([a-zA-Z%])|[^%]+|%/g)];
  for (const [index, [text, padding = "", letter]] of parts.entries()) {
    if (letter === undefined || letter === "%") {
      const literal = quoted(letter === "%" ? "%" : text);
      usual += literal;
      possible += literal;
    } else if (letter === "q") {
      usual += "(?:";
      possible += "(?:";
      open += 1;
    } else {
      const stop = parts[index + 1]?.[0][0] ?? "";
      const spaces = padding === "" ? "" : " *";
      usual += `${spaces}(${FIELDS[letter] ?? usualName(letter, stop)})${spaces}`;
      possible += `${spaces}(${FIELDS[letter] ?? possibleName(letter, stop)})${spaces}`;
      fields.push(letter);
    }
  }
  const end = `${")?".repeat(open)}${SEVERITY}:  `;
  return { usual: new RegExp(`^${usual}${end}`), possible: new RegExp(`^${possible}${end}`), fields };
}

/** Users may be mail addresses, and names have spaces, where what follows leaves no doubt. */
function usualName(letter: string, stop: string): string {
  if (letter === "a") return `(?:(?!${NOT_IN_APPLICATION}).)*?`;
  const space = stop !== "" && ',;|"'.includes(stop) ? "" : String.raw`\s`;
  const at = letter === "u" && stop !== "@" ? "" : "@";
  return String.raw`(?:\[unknown\]|[^${space}${at}=,;|()[\]/:"'<>{}]*)`;
}

/** An application may hold what follows it; a user or a database ends there. */
function possibleName(letter: string, stop: string): string {
  const byte = stop === "" || stop === "%" || letter === "a" ? "." : `[^${quoted(stop)}]`;
  return `(?:(?!${OTHER_FIELD})${byte})*?`;
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
