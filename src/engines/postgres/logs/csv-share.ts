/** Columns of csvlog: version 12, 13, and 14 and later. */
const COLUMNS: ReadonlySet<number> = new Set([23, 24, 26]);
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /;
const MOST_CHARACTERS = 262_144;

/** Share of a sample's characters that are records of csvlog; 0 to 1. A record that the sample cuts off is left out. */
export function csvShare(sample: string): number {
  const text = sample.slice(0, MOST_CHARACTERS);
  let records = 0;
  let other = 0;
  let at = 0;
  while (at < text.length) {
    const record = TIME.test(text.slice(at, at + 24)) ? recordAt(text, at) : null;
    if (record !== null && COLUMNS.has(record.columns)) {
      records += record.end - at;
      at = record.end;
      continue;
    }
    // The last record of the sample, as far as it goes.
    if (record === null && TIME.test(text.slice(at, at + 24)) && records > 0) break;
    const line = text.indexOf("\n", at);
    const next = line === -1 ? text.length : line + 1;
    other += next - at;
    at = next;
  }
  return records === 0 ? 0 : records / (records + other);
}

/** Number of columns and end of a record; null where it does not end. */
function recordAt(text: string, from: number): { readonly columns: number; readonly end: number } | null {
  let columns = 1;
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === ",") columns += 1;
    else if (character === "\n") return { columns, end: at + 1 };
  }
  return isQuoted ? null : { columns, end: text.length };
}
