const RECORD_END = /\r\n|\n/y;

/**
 * Records of a CSV text (RFC 4180): a field in quotes may hold commas, line breaks and doubled quotes. Throws for quotes
 * that do not close, and for text behind a closing quote.
 */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { value, end } = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    record.push(value);
    if (text[end] === ",") {
      at = end + 1;
      // A comma at the very end still has an empty field behind it.
      if (at === text.length) record.push("");
      continue;
    }
    RECORD_END.lastIndex = end;
    const lineEnd = RECORD_END.exec(text)?.[0] ?? "";
    if (lineEnd === "" && end < text.length) throw new Error(`text behind a closing quote at ${end}`);
    records.push(record);
    record = [];
    at = end + lineEnd.length;
  }
  if (record.length > 0) records.push(record);
  return records;
}

interface Field {
  readonly value: string;
  /** Index of what follows. */
  readonly end: number;
}

function quotedField(text: string, from: number): Field {
  let value = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) throw new Error(`a quote at ${from} does not close`);
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

function plainField(text: string, from: number): Field {
  const rest = /[^,\r\n]*/y;
  rest.lastIndex = from;
  const [value = ""] = rest.exec(text) ?? [];
  return { value, end: from + value.length };
}
