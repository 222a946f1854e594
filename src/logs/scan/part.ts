import type { EngineId } from "../../model/primitives.ts";
import { type DigestOptions, LogDigest } from "../digest/digest.ts";
import { mergeDigest } from "../digest/merge.ts";
import type { LogDialect, LogFormat, LogReader } from "../format.ts";
import { Kernel } from "../kernel/kernel.ts";
import { ByteTally } from "./byte-tally.ts";
import { CHUNK_BYTES, ChunkScanner } from "./chunk-scanner.ts";

/** What was read of one stretch of a log. Offsets are those of its text. */
export interface LogPart {
  readonly digest: LogDigest;
  readonly tally: ByteTally;
  /** Of the first event. */
  startOffset: number;
  /** After the last event. */
  endOffset: number;
  /**
   * Time in force at the end where a log writes it only when it changes; null for none. Absent where it is still that
   * of the part before.
   */
  lastTimeMs?: number | null;
  /** Whether an event here would have had the time of one before this part. */
  readonly missesTime: boolean;
  /** The database in force at the end where a log says it only when it changes; null where this part does not say. */
  database: string | null;
  /** Each n-th statement was logged; null: all. */
  sampledOneIn: number | null;
  /** Names of time zones that are not known, and were read as UTC. */
  unknownZones: readonly string[];
  /** Engines that the texts show, where the format does not say. */
  engines?: readonly EngineId[];
}

export interface PartOptions extends Pick<DigestOptions, "keepLiterals" | "sinceMs" | "untilMs"> {
  readonly format: LogFormat;
  readonly dialect: LogDialect;
  /** Offset of the first byte. */
  readonly from: number;
  /** Events that begin from here on belong to the next part. */
  readonly stop: number;
  /** Whether an event begins at `from` for certain. */
  readonly isStart: boolean;
  /** Time of the event before `from`, where that is known to matter. */
  readonly startTimeMs?: number | null;
  /** Whether an earlier part of the log may come before this one. */
  readonly isOpen: boolean;
}

/** A part that is being read: bytes are put into `scanner`, then `finish` says what they held. */
export class PartScan {
  readonly scanner: ChunkScanner;
  readonly tally = new ByteTally();
  readonly #digest: LogDigest;
  readonly #reader: LogReader;
  readonly #kernel: Kernel;

  constructor({ format, dialect, from, stop, isStart, startTimeMs = null, ...options }: PartOptions) {
    this.#kernel = new Kernel(CHUNK_BYTES);
    this.#digest = new LogDigest({
      ...options,
      isMysql: dialect.engine !== "postgres",
      toleranceMs: dialect.toleranceMs,
    });
    const { keepLiterals } = options;
    const context = { kernel: this.#kernel, digest: this.#digest, counts: this.tally, keepLiterals, startTimeMs };
    this.#reader = format.open(dialect, context);
    this.scanner = new ChunkScanner({
      kernel: this.#kernel,
      reader: this.#reader,
      tally: this.tally,
      offset: from,
      stop,
      isStart,
    });
  }

  /** More of the text. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.scanner.room();
      const piece = chunk.subarray(at, at + room.length);
      room.set(piece);
      this.scanner.advance(piece.length, false);
      at += piece.length;
    }
  }

  /** Nothing comes after what was pushed. */
  end(): void {
    this.scanner.advance(0, true);
  }

  finish(): LogPart {
    this.#reader.finish();
    return {
      digest: this.#digest,
      tally: this.tally,
      startOffset: this.scanner.startOffset,
      endOffset: this.scanner.endOffset,
      ...(this.#reader.lastTimeMs === undefined ? {} : { lastTimeMs: this.#reader.lastTimeMs }),
      missesTime: this.#reader.missesTime ?? false,
      database: this.#reader.database ?? null,
      sampledOneIn: this.#reader.sampledOneIn ?? null,
      unknownZones: [...this.#kernel.unknownZones],
      ...(this.#reader.engines === undefined ? {} : { engines: this.#reader.engines }),
    };
  }
}

/** Goes on with the part that came next in the same log. */
export function joinParts(own: LogPart, next: LogPart): void {
  // Where nothing came before, there is no database to go on with.
  const inherited = own.database ?? (own.digest.options.isOpen ? undefined : "");
  mergeDigest(own.digest, next.digest, true, inherited);
  own.tally.join(next.tally);
  own.endOffset = next.endOffset;
  if (next.lastTimeMs !== undefined) own.lastTimeMs = next.lastTimeMs;
  own.database = next.database ?? own.database;
  own.sampledOneIn = next.sampledOneIn ?? own.sampledOneIn;
  own.unknownZones = [...new Set([...own.unknownZones, ...next.unknownZones])];
  if (next.engines !== undefined) own.engines = [...new Set([...(own.engines ?? []), ...next.engines])].toSorted();
}
