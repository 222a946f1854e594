import { readFileSync } from "node:fs";

const FOLDER = new URL("../../../../../fixtures/logs/postgres-15-prefixes/", import.meta.url);

/** What one line of a log names; "" for what it leaves out. */
export interface NamedSession {
  readonly pid: string;
  readonly user: string;
  readonly database: string;
  readonly application: string;
}

export interface RecordedPrefix {
  readonly prefix: string;
  readonly text: string;
  /** The same messages as csvlog has them. */
  readonly messages: readonly (NamedSession & { readonly message: string; readonly severity: string })[];
}

/** Stretches of one server's log under different prefixes, by name. */
export function recordedPrefixes(): ReadonlyMap<string, RecordedPrefix> {
  const prefixes: Record<string, string> = JSON.parse(read("prefixes.json"));
  return new Map(
    Object.entries(prefixes).map(([name, prefix]) => [
      name,
      { prefix, text: read(`${name}.log`), messages: csvRows(read(`${name}.csv`)).map(messageOf) },
    ]),
  );
}

export function recorded(name: string): RecordedPrefix {
  const found = recordedPrefixes().get(name);
  if (found === undefined) throw new Error(`nothing was recorded as ${name}`);
  return found;
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

function messageOf(row: readonly string[]) {
  const [, user = "", database = "", pid = ""] = row;
  return { pid, user, database, application: row[22] ?? "", severity: row[11] ?? "", message: row[13] ?? "" };
}

/** Rows of a CSV file by the general rules: quotes double, quoted fields hold commas and line breaks. */
export function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
