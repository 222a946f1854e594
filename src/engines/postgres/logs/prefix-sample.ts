import { Kernel, READ, SLOT } from "../../../logs/kernel/kernel.ts";
import { compilePrefix } from "./prefix.ts";
import { prefixPattern } from "./prefix-pattern.ts";

/** How a prefix fares on a sample. */
export interface PrefixTrial {
  readonly text: string;
  /** Share of the lines, continuation lines aside, that match; 0 to 1. */
  readonly share: number;
  /** Lines that match, of them with names that are rarely such, and with what the fields cannot hold. */
  readonly matched: number;
  readonly odd: number;
  readonly impossible: number;
  /** Lines that name a user, a database or an application, odd ones among them. */
  readonly naming: number;
  /** Fields that held something in a line: of user, database, application and pid, and of all. */
  readonly mainFields: number;
  readonly fields: number;
}

const MOST_SAMPLE_CHARACTERS = 65_536;
/** A prefix is no longer than this. */
const HEAD_CHARACTERS = 600;
/** Lines on which a candidate must show at least one match to be tried on all. */
const FIRST_LINES = 200;
const MAIN_FIELDS = ["u", "d", "a", "p"] as const;

/** The lines of a sample, in the kernel's memory: a prefix matches here exactly where the reader will match it. */
export class PrefixSample {
  /** Beginnings of the lines that do not continue another. */
  readonly heads: readonly string[];
  readonly #kernel: Kernel;
  readonly #to: number;

  constructor(text: string) {
    const whole = wholeLines(text);
    const bytes = Buffer.from(whole, "utf8");
    this.#kernel = new Kernel(bytes.length);
    this.#kernel.bytes.set(bytes, this.#kernel.inputFrom);
    this.#to = this.#kernel.inputFrom + bytes.length;
    const lines = whole.split("\n");
    if (lines.at(-1) === "") lines.pop();
    this.heads = lines
      .filter((line, index) => index === 0 || !line.startsWith("\t"))
      .map((line) => line.slice(0, HEAD_CHARACTERS));
  }

  /** Share of the lines that a prefix matches; 0 where it is none. */
  share(prefix: string): number {
    const lines = this.#matched(prefix);
    return lines.length === 0 ? 0 : lines.filter(Boolean).length / lines.length;
  }

  /** Null where it does not fit a line among the first ones. */
  attempt(prefix: string): PrefixTrial | null {
    const { usual, possible, fields } = prefixPattern(prefix);
    // The kernel goes first: it tells most candidates without compiling their patterns.
    const first = this.#matched(prefix, FIRST_LINES);
    if (!first.some((isMatched, index) => isMatched && possible.test(this.heads[index] ?? ""))) return null;
    const lines = this.#matched(prefix);
    const named = new Set<string>();
    let matched = 0;
    let odd = 0;
    let impossible = 0;
    let naming = 0;
    for (const [index, isMatched] of lines.entries()) {
      if (!isMatched) continue;
      matched += 1;
      const head = this.heads[index] ?? "";
      const values = usual.exec(head);
      if (values !== null) naming += nameFields(named, fields, values) ? 1 : 0;
      else if (possible.test(head)) odd += 1;
      else impossible += 1;
    }
    if (matched === 0) return null;
    const mainFields = MAIN_FIELDS.filter((field) => named.has(field)).length;
    const share = matched / lines.length;
    return { text: prefix, share, matched, odd, impossible, naming: naming + odd, mainFields, fields: named.size };
  }

  /** For each of the first lines whether it matches. */
  #matched(prefix: string, mostLines = Number.POSITIVE_INFINITY): boolean[] {
    const compiled = compilePrefix(prefix);
    if (compiled === null) return [];
    const kernel = this.#kernel;
    kernel.setPrefix(compiled.program);
    const lines: boolean[] = [];
    for (
      let at = kernel.inputFrom;
      at < this.#to && lines.length < mostLines;
      at = kernel.slots[SLOT.next] ?? this.#to
    ) {
      lines.push(kernel.readStderr(at, this.#to, 1) === READ.event);
    }
    return lines;
  }
}

/** Adds the fields that hold something, and says whether a name is among them. */
function nameFields(named: Set<string>, fields: readonly string[], values: RegExpExecArray): boolean {
  let isNaming = false;
  for (const [index, field] of fields.entries()) {
    const value = values[index + 1];
    if (value === undefined || value === "") continue;
    named.add(field);
    isNaming ||= "uda".includes(field);
  }
  return isNaming;
}

function wholeLines(text: string): string {
  if (text.length <= MOST_SAMPLE_CHARACTERS) return text;
  const sample = text.slice(0, MOST_SAMPLE_CHARACTERS);
  const last = sample.lastIndexOf("\n");
  return last === -1 ? sample : sample.slice(0, last + 1);
}
