import type { DeadlockLock } from "../../../model/log.ts";

/** A lock as InnoDB prints it, without the records that it is on. */
export interface InnodbLock {
  /** Whose it is. */
  readonly transactionId: string;
  readonly lock: DeadlockLock;
  /** It was asked for, not yet granted. */
  readonly isWaiting: boolean;
  /** Space and page of a record lock; empty for a table lock. */
  readonly page: string;
  /** Numbers of the records on that page; empty where they are not printed. */
  readonly records: readonly string[];
}

const NAME = '`(?:[^`]|``)*`|"(?:[^"]|"")*"';
const NAMES = new RegExp(NAME, "g");
/** MariaDB 10.1 and Percona count locks before the transaction's id. */
const OWNER = String.raw`(?: trx table locks \d+ total table locks \d+)? trx id (\d+ \d+|\S+) lock[_ ]mode (.+)$`;
const RECORD = new RegExp(
  String.raw`^RECORD LOCKS space id (\S+) page no (\S+) n bits \S+ index (.+?) of table (.+?)${OWNER}`,
);
const TABLE = new RegExp(`^TABLE LOCK table (.+?)${OWNER}`);

/** Reads a line that begins with `RECORD LOCKS` or `TABLE LOCK`; null for any other. */
export function readInnodbLock(line: string): InnodbLock | null {
  const [, space, page, index = "", recordTable, recordOwner, recordMode] = RECORD.exec(line) ?? [];
  if (recordTable !== undefined && recordMode !== undefined) {
    const object = { kind: "record", relation: relationName(recordTable), index: unquoted(index) };
    return {
      transactionId: recordOwner ?? "",
      lock: { mode: modeOf(recordMode), object },
      isWaiting: isWaiting(recordMode),
      page: `${space} ${page}`,
      records: [],
    };
  }
  const [, table, owner, mode] = TABLE.exec(line) ?? [];
  if (table === undefined || mode === undefined) return null;
  return {
    transactionId: owner ?? "",
    lock: { mode: modeOf(mode), object: { kind: "table", relation: relationName(table), index: null } },
    isWaiting: isWaiting(mode),
    page: "",
    records: [],
  };
}

/** True unless both are known to be on different tables, indexes, pages or records. */
export function mayOverlap(a: InnodbLock, b: InnodbLock): boolean {
  const { object: left } = a.lock;
  const { object: right } = b.lock;
  if (left.kind !== right.kind || left.relation !== right.relation || left.index !== right.index) return false;
  if (a.page !== b.page) return false;
  return a.records.length === 0 || b.records.length === 0 || a.records.some((record) => b.records.includes(record));
}

/** `X locks rec but not gap`, `X insert intention`, `AUTO-INC`. */
function modeOf(text: string): string {
  return text
    .replace(/ waiting\b.*$/, "")
    .replace(/ lock hold time .*$/, "")
    .trim();
}

function isWaiting(mode: string): boolean {
  return / waiting\b/.test(mode);
}

/** `schema.table`, with `(partition p0)` behind it; up to 5.0 it is printed as one name, `schema/table`. */
function relationName(text: string): string | null {
  const [names = "", comment] = text.split(" /* ");
  const [first, second] = (names.match(NAMES) ?? []).map(unquoted);
  if (first === undefined) return null;
  const whole = second === undefined ? first.replace("/", ".") : `${first}.${second}`;
  const [table = whole, file] = whole.split(/#p#/i);
  const partition =
    comment === undefined ? file && `partition ${file.replace(/#sp#/i, ", subpartition ")}` : parts(comment);
  return partition === undefined ? table : `${table} (${partition})`;
}

/** Reads what stands between the comment signs behind a table: "Partition `p0`, Subpartition `p0sp1`". */
function parts(comment: string): string {
  const lower = comment.replace(/^Partition /, "partition ").replace(/, Subpartition (?=[`"])/, ", subpartition ");
  return lower.replace(/ *\*\/.*$/, "").replace(NAMES, unquoted);
}

function unquoted(name: string): string {
  const quote = name.charAt(0);
  if ((quote !== "`" && quote !== '"') || !name.endsWith(quote) || name.length < 2) return name;
  return name.slice(1, -1).replaceAll(quote + quote, quote);
}
