import type { LogReader, ReaderContext } from "../format.ts";
import { type LineHead, lineHead } from "./line-head.ts";
import { type FoundRefusal, refusalIn, refusalStems } from "./refusal-texts.ts";

const NEWLINE = 10;
/** Stands among the zones that were read as UTC where the log has times without a zone. */
const LOCAL_ZONE = "the application's own zone";

/** What kinds of line lie between the last refusal and the place that was read up to. */
type Gap = Record<LineHead["role"], boolean>;

const NOTHING: Readonly<Gap> = { entry: false, line: false, chain: false, continuation: false };

/**
 * Reads the log of an application for the texts that tell of refused connections. Only lines that hold one become
 * strings. A failure that one entry tells several times (a stack trace with its causes) counts once, and as the server's
 * where it names the server's answer. Every line is an event.
 */
export class ApplicationReader implements LogReader {
  isStopped = false;
  readonly closing = "\n";
  readonly #context: ReaderContext;
  readonly #engines = new Set<"postgres" | "mysql">();
  readonly #stems = new RegExp(refusalStems, "g");
  #pending: { readonly found: FoundRefusal; readonly timeMs: number } | null = null;
  /** Whether the entry of the last refusal told it in its first line: what follows in it repeats it. */
  #isOfHead = false;
  #gap: Gap = { ...NOTHING };
  #lastMs = NaN;
  #isFirst = true;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  get engines(): readonly ("postgres" | "mysql")[] {
    return [...this.#engines].toSorted();
  }

  read(from: number, to: number, stop: number, isEnd: boolean): number {
    const end = this.#count(from, to, stop, isEnd);
    if (end > from) {
      const { bytes } = this.#context.kernel;
      this.#look(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString("latin1"));
    }
    return end;
  }

  /** Every line is an event. */
  findStart(from: number, to: number): number {
    return from < to ? from : -1;
  }

  finish(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    const { found, timeMs } = pending;
    const { digest } = this.#context;
    if (!digest.at(timeMs)) return;
    if (found.engine !== null) this.#engines.add(found.engine);
    const session = { pid: null, user: found.user, database: found.database, application: found.pool };
    digest.event({ kind: "refusal", timeMs, session, cause: found.cause });
  }

  /** Counts the whole lines that begin before `stop`, and returns the address after the last one. */
  #count(from: number, to: number, stop: number, isEnd: boolean): number {
    const { kernel, counts } = this.#context;
    let at = from;
    while (at < to) {
      if (at >= stop) {
        this.isStopped = true;
        return at;
      }
      const newline = kernel.bytes.indexOf(NEWLINE, at);
      const isCut = newline === -1 || newline >= to;
      if (isCut && !isEnd) return at;
      const next = isCut ? to : newline + 1;
      counts.event(next - at, 1);
      at = next;
    }
    return at;
  }

  /** Looks at whole lines. */
  #look(text: string): void {
    if (this.#isFirst) this.#noteStart(text);
    this.#isFirst = false;
    let behind = 0;
    this.#stems.lastIndex = 0;
    for (let match = this.#stems.exec(text); match !== null; match = this.#stems.exec(text)) {
      const start = text.lastIndexOf("\n", match.index) + 1;
      const newline = text.indexOf("\n", match.index);
      const end = newline === -1 ? text.length : newline;
      const line = lineAt(text, start, end);
      const found = refusalIn(line);
      this.#stems.lastIndex = end;
      if (found === null) continue;
      this.#goBack(text, behind, start);
      this.#take(found, lineHead(line));
      behind = Math.min(end + 1, text.length);
    }
    this.#goBack(text, behind, text.length);
  }

  /** Reads backwards what lies before a line, no farther than to the last refusal, for the time that is in force. */
  #goBack(text: string, floor: number, before: number): void {
    let timed: LineHead | null = null;
    for (let end = before; end > floor; ) {
      const start = Math.max(floor, end < 2 ? 0 : text.lastIndexOf("\n", end - 2) + 1);
      const head = lineHead(lineAt(text, start, end));
      if (timed === null && !Number.isNaN(head.timeMs)) timed = head;
      this.#gap[head.role] = true;
      if (head.role === "entry") break;
      end = start;
    }
    if (timed !== null) this.#inForce(timed);
  }

  #take(found: FoundRefusal, head: LineHead): void {
    if (!Number.isNaN(head.timeMs)) this.#inForce(head);
    const pending = this.#pending;
    if (pending === null || !this.#repeats(head)) {
      this.finish();
      this.#pending = { found, timeMs: this.#lastMs };
      this.#isOfHead = head.role === "entry";
    } else if (pending.found.pool !== null && found.pool === null) this.#pending = { ...pending, found };
    this.#gap = { ...NOTHING };
  }

  /** Whether a line tells the last refusal once more. */
  #repeats({ role }: LineHead): boolean {
    const gap = this.#gap;
    if (role === "entry" || gap.entry) return false;
    return this.#isOfHead || gap.chain || (role === "continuation" && !gap.line);
  }

  #inForce({ timeMs, isLocal }: LineHead): void {
    const { digest, kernel } = this.#context;
    this.#lastMs = timeMs;
    if (isLocal) kernel.unknownZones.add(LOCAL_ZONE);
    const { sinceMs, untilMs } = digest.options;
    if (timeMs < (sinceMs ?? timeMs) || (untilMs !== null && timeMs >= untilMs)) return;
    digest.firstMs = Math.min(digest.firstMs, timeMs);
    digest.lastMs = Math.max(digest.lastMs, timeMs);
  }

  /** The log begins with its first time, refusals or not. */
  #noteStart(text: string): void {
    for (let start = 0; start < text.length; ) {
      const newline = text.indexOf("\n", start);
      const end = newline === -1 ? text.length : newline + 1;
      const head = lineHead(lineAt(text, start, end));
      if (!Number.isNaN(head.timeMs)) {
        this.#inForce(head);
        this.#lastMs = NaN;
        return;
      }
      start = end;
    }
  }
}

/** A line of a text whose bytes were read as Latin-1, without its line break. */
function lineAt(text: string, start: number, end: number): string {
  return Buffer.from(text.slice(start, end), "latin1")
    .toString("utf8")
    .replace(/\r?\n?$/, "");
}
