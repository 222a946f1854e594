import { type OuterLine, OuterLines } from "./outer-lines.ts";
import type { OuterSpan, UnwrappedChunk, Unwrapper } from "./unwrap.ts";

/** One outer line that carries a piece of a server's message. */
export interface MessagePiece {
  /** Process, as the collector names it. */
  readonly process: string;
  /** Number of the message within its process and of the piece within the message; null where they are not written. */
  readonly message: string | null;
  readonly piece: number | null;
  readonly text: string;
  /** Goes before each line of the server that the piece begins. */
  readonly stamp: string;
}

/** PostgreSQL cuts what it sends to syslog at white space before so many bytes. */
const PIECE_BYTES = 900;
/** A letter of several bytes is not cut. */
const LETTER_BYTES = 3;
/** Pieces of one message come one after another; other processes' come between them, but not so many. */
const MOST_LINES_BETWEEN = 256;
/** Of a longer message the rest is counted, not read. */
const MOST_MESSAGE_BYTES = 10 * 1024 * 1024;

/** The first word of its kind in a line: a severity begins a message, another one of its fields. */
const WORD =
  /^[^\t\n]{0,400}?(?:(LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?)|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT|BACKTRACE): {2}/;

interface Entry {
  /** Null for lines without a message, which are done at once. */
  readonly process: string | null;
  readonly message: string | null;
  readonly lines: { text: string; bytes: number; count: number }[];
  readonly kind: OuterSpan["kind"];
  lastPiece: number;
  lastPieceBytes: number;
  lastLine: number;
  bytes: number;
  isDone: boolean;
}

/**
 * Puts messages together from pieces that syslog or its like delivered. Lines of several processes run together; whole
 * messages come out, in the order of their first pieces.
 */
export class MessageAssembler implements Unwrapper {
  readonly #outer = new OuterLines();
  readonly #readPiece: (text: string) => MessagePiece | "foreign" | "unreadable";
  #queue: Entry[] = [];
  readonly #open = new Map<string, Entry>();
  #lineNumber = 0;

  constructor(readPiece: (text: string) => MessagePiece | "foreign" | "unreadable") {
    this.#readPiece = readPiece;
  }

  push(outer: Uint8Array, isEnd: boolean): UnwrappedChunk {
    for (const line of this.#outer.push(outer, isEnd)) this.#take(line);
    return this.#release(isEnd);
  }

  #take(line: OuterLine): void {
    this.#lineNumber += 1;
    const piece = this.#readPiece(line.text);
    if (typeof piece === "string") this.#aside(piece, line.bytes);
    else this.#place(piece, line.bytes);
  }

  /** A line of no message. */
  #aside(kind: "foreign" | "unreadable", bytes: number): void {
    const last = this.#queue.at(-1);
    const line = last?.kind === kind ? last.lines[0] : undefined;
    if (line === undefined)
      this.#queue.push({ ...this.#entry(null, null), kind, lines: [{ text: "", bytes, count: 1 }] });
    else {
      line.bytes += bytes;
      line.count += 1;
    }
  }

  #place(piece: MessagePiece, bytes: number): void {
    const open = this.#open.get(piece.process);
    if (open !== undefined && continues(piece, open)) {
      addPiece(open, piece, bytes);
      open.lastLine = this.#lineNumber;
      return;
    }
    // The beginning was in the file before, or is lost.
    const isNumbered = piece.message !== null || !beginsMessage(piece.text);
    if (((piece.piece ?? 1) > 1 && isNumbered) || piece.text.startsWith("\t")) {
      this.#aside("unreadable", bytes);
      return;
    }
    if (open !== undefined) open.isDone = true;
    const entry = this.#entry(piece.process, piece.message);
    entry.lastPiece = piece.piece ?? 1;
    entry.lastPieceBytes = piece.text.length;
    entry.lines.push(...linesOf(piece.stamp, piece.text, bytes));
    this.#open.set(piece.process, entry);
    this.#queue.push(entry);
  }

  #entry(process: string | null, message: string | null): Entry {
    const isDone = process === null;
    const start = { lastPiece: 1, lastPieceBytes: 0, lastLine: this.#lineNumber, bytes: 0 };
    return { process, message, lines: [], kind: "line", ...start, isDone };
  }

  #release(isEnd: boolean): UnwrappedChunk {
    const spans: OuterSpan[] = [];
    const inner: string[] = [];
    let count = 0;
    for (const entry of this.#queue) {
      if (!isEnd && !entry.isDone && this.#lineNumber - entry.lastLine < MOST_LINES_BETWEEN) break;
      count += 1;
      if (entry.process !== null && this.#open.get(entry.process) === entry) this.#open.delete(entry.process);
      for (const { text, bytes, count: outerLines } of entry.lines) {
        if (entry.kind === "line") inner.push(text, "\n");
        const innerBytes = entry.kind === "line" ? text.length + 1 : 0;
        spans.push({ kind: entry.kind, innerBytes, outerBytes: bytes, outerLines });
      }
    }
    this.#queue = this.#queue.slice(count);
    return { inner: Buffer.from(inner.join(""), "latin1"), spans };
  }
}

/** Whether a piece belongs to the message that its process sent last. */
function continues({ message, piece, text }: MessagePiece, open: Entry): boolean {
  if (message !== null && piece !== null) return message === open.message && piece > open.lastPiece;
  if (text.startsWith("\t")) return true;
  // Without the number of the message: it goes on as long as the pieces are counted up and none begins a message.
  if (piece !== null) return piece === open.lastPiece + 1 && !beginsMessage(text);
  return false;
}

/** A piece is a further line of the message, or more of its last line where that was cut for its length. */
function addPiece(entry: Entry, { text, stamp, piece }: MessagePiece, bytes: number): void {
  const last = entry.lines.at(-1);
  entry.bytes += bytes;
  const isTooLong = entry.bytes > MOST_MESSAGE_BYTES;
  if (last !== undefined && (isTooLong || isCut(entry.lastPieceBytes, text))) {
    if (!isTooLong) last.text += text;
    last.bytes += bytes;
    last.count += 1;
  } else if (/^\s/.test(text) && !beginsField(text)) {
    // Some collectors write a tab as spaces; the reader knows continuation lines by it.
    entry.lines.push(...linesOf("", text.startsWith("\t") ? text : `\t${text}`, bytes));
  } else entry.lines.push(...linesOf(stamp, text, bytes));
  entry.lastPiece = piece ?? entry.lastPiece;
  entry.lastPieceBytes = text.length;
}

/** The first word of the piece would not have fitted into the one before. */
function isCut(bytesBefore: number, text: string): boolean {
  if (text.startsWith("\t") || beginsField(text)) return false;
  const word = /^\s?\S*/.exec(text)?.[0] ?? "";
  return bytesBefore <= PIECE_BYTES && bytesBefore + word.length > PIECE_BYTES - LETTER_BYTES;
}

function beginsMessage(text: string): boolean {
  return WORD.exec(text)?.[1] !== undefined;
}

function beginsField(text: string): boolean {
  const word = WORD.exec(text);
  return word !== null && word[1] === undefined;
}

/** A piece may hold line breaks where the server does not split its messages. */
function linesOf(stamp: string, text: string, bytes: number): Entry["lines"] {
  return text
    .replace(/\n+$/, "")
    .split("\n")
    .map((line, index) => ({
      text: line.startsWith("\t") ? line : `${stamp}${line}`,
      bytes: index === 0 ? bytes : 0,
      count: index === 0 ? 1 : 0,
    }));
}
