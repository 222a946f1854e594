import { createHash } from "node:crypto";

/** One character a byte, as Percona's tools see a log. */
const BYTES = "latin1";

/**
 * Id of the class that pt-query-digest and PMM put a statement in, to find it again there: the last 16 of the 32 hex
 * digits that pt-query-digest prints since 3.0.11, all that it printed before. Only its spelling rules are followed, with
 * what is odd in them; dbperf's own classes are made otherwise.
 */
export function perconaId(sql: string): string {
  const bytes = Buffer.from(perconaFingerprint(sql), BYTES);
  return createHash("md5").update(bytes).digest("hex").slice(-16).toUpperCase();
}

/** The class's text, one character a byte of UTF-8. */
function perconaFingerprint(sql: string): string {
  const text = Buffer.from(sql, "utf8").toString(BYTES);
  return wholeName(text) ?? collapseRepeats(foldSpelling(hideConstants(dropComments(firstRowOfInsert(text)))));
}

/** White space of Perl: JavaScript's `\s` takes more. */
const S = String.raw`[ \t\n\v\f\r]`;

const MYSQLDUMP = /^SELECT \/\*!40001 SQL_NO_CACHE \*\/ \* FROM `/;
const CHUNK_COMMENT = /\/\*\w+\.\w+:\d\/\d\*\//;
const COMMAND = "administrator command: ";
const CALL = new RegExp(`^${S}*(call${S}+[^ \\t\\n\\v\\f\\r]+)\\(`, "i");

/** Statements that are known by a name alone; null for all others. */
function wholeName(text: string): string | null {
  if (MYSQLDUMP.test(text)) return "mysqldump";
  if (CHUNK_COMMENT.test(text)) return "percona-toolkit";
  if (text.startsWith(COMMAND)) return text;
  const call = CALL.exec(text)?.[1];
  if (call !== undefined) return lowerCase(call);
  const bare = dropComments(firstRowOfInsert(text));
  return /^use [^ \t\n\v\f\r]+\n?$/i.test(bare) ? bare.replace(/^use [^ \t\n\v\f\r]+/i, "use ?") : null;
}

const SEVERAL_ROWS = new RegExp(
  String.raw`^((?:INSERT|REPLACE)(?: IGNORE)?${S}+INTO.+?VALUES${S}*\(.*?\))${S}*,${S}*\(`,
  "is",
);

/** An insert of several rows is known by its first. */
function firstRowOfInsert(text: string): string {
  return SEVERAL_ROWS.exec(text)?.[1] ?? text;
}

/** A one-line comment ends the line, and is one only without a quote in it. */
const LINE_COMMENT = /(?:--|#)[^'"\r\n]*(?=[\r\n]|$)/g;

function dropComments(text: string): string {
  return text.replace(/\/\*[^!].*?\*\//gs, "").replace(LINE_COMMENT, "");
}

/** Strings, booleans and numbers; digits inside names as well. */
function hideConstants(text: string): string {
  return text
    .replace(/\\["']/g, "")
    .replace(/"[^"]*"/g, "?")
    .replace(/'[^']*'/g, "?")
    .replace(/\b(?:false|true)\b/gi, "?")
    .replace(/[0-9+-][0-9a-f.xb+-]*/g, "?")
    .replace(/[xb.+-]\?/g, "?");
}

/** Letter case and white space; one line break at the end goes, other white space there is left as one space. */
function foldSpelling(text: string): string {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+/, "").replace(/\n$/, "");
  return lowerCase(trimmed.replace(/[ \n\t\r\f]+/g, " ")).replace(/\bnull\b/g, "?");
}

const LISTS = new RegExp(String.raw`\b(in|values?)(?:(?:${S}|,)*\((?:${S}|[?,])*\))+`, "g");
const UNION = new RegExp(String.raw`\b(select${S}[^\n]*?)(?:(${S}union(?:${S}all)?)${S}\1)+`, "g");

/** Lists, selects that a union repeats, the numbers of a limit; ascending order says nothing. */
function collapseRepeats(text: string): string {
  const lists = text.replace(LISTS, "$1(?+)");
  const unions = lists.includes("union") ? lists.replace(UNION, "$1 /*repeat$2*/") : lists;
  const limited = unions.replace(/\blimit \?(?:, ?\?| offset \?)?/, "limit ?");
  const order = /\border by /.exec(limited);
  if (order === null) return limited;
  const start = order.index + order[0].length;
  // The rule takes the first letters of a name like `ascii` too.
  const keys = limited.slice(start).replace(new RegExp(`([^\\n]+?)${S}+asc`, "g"), "$1");
  return limited.slice(0, start) + keys;
}

function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
