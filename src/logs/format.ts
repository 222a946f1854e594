import type { LogFormatId, LogPrefix, LogWrap } from "../model/log.ts";
import type { EngineId } from "../model/primitives.ts";
import type { LogDigest } from "./digest/digest.ts";
import type { Kernel } from "./kernel/kernel.ts";

/** How a log is to be read; plain data, so that it can be sent to a worker. */
export interface LogDialect {
  readonly format: LogFormatId;
  /** Null for an application's log, whose texts may show it or not. */
  readonly engine: EngineId | null;
  readonly wrap: LogWrap;
  /** `log_line_prefix` for PostgreSQL's stderr. */
  readonly prefix: { readonly text: string; readonly origin: LogPrefix["origin"] } | null;
  /** How far times of the log may be off: 1 s where the prefix has no fractions. */
  readonly toleranceMs: number;
}

/** What a reader reports about bytes; every byte of its range is in one of the three. */
export interface ByteCounts {
  event(bytes: number, lines: number): void;
  unparsed(bytes: number, lines: number, reason: string): void;
  /** Lines of other programs in a log that several write to: neither events nor unparsed. */
  foreign(bytes: number, lines: number): void;
}

/** Reads one range of a log. Addresses are those of the kernel's memory. */
export interface LogReader {
  /**
   * Reads whole events from `at` on and returns the address after the last one. Stops before the first event that
   * begins at or after `stop`, and before one that is not whole, unless `isEnd` says that nothing comes after `to`.
   */
  read(at: number, to: number, stop: number, isEnd: boolean): number;
  /** Whether `read` ended because of `stop`. */
  readonly isStopped: boolean;
  /** Ends an event that is too long to be read whole, with a line break. */
  readonly closing: string;
  /** Address of the first event at or after `at` for certain, or -1 where there is none in sight. */
  findStart(at: number, to: number): number;
  /** The database in force at the end, where the log says it only when it changes; null where this range does not. */
  readonly database?: string | null;
  /** Whether an event had no time, and took none from one before it. */
  readonly missesTime?: boolean;
  /**
   * Time in force at the end where a log writes it only when it changes; null for none, undefined where this range
   * does not say.
   */
  readonly lastTimeMs?: number | null | undefined;
  /** The server wrote only each n-th statement; null: all. */
  readonly sampledOneIn?: number | null;
  /** Engines that the texts of an application's log show. */
  readonly engines?: readonly EngineId[];
  /** Hands over what waits for lines that may still come. */
  finish(): void;
}

export interface ReaderContext {
  readonly kernel: Kernel;
  readonly digest: LogDigest;
  readonly counts: ByteCounts;
  readonly keepLiterals: boolean;
  /** Time of the event before, where a range is read from a border that was found by reading up to it. */
  readonly startTimeMs?: number | null;
}

/** What the detection may look at: the first bytes of the text, as text. */
export interface LogSample {
  readonly text: string;
  /** Prefixes that the user or the server named, best first. */
  readonly prefixes: readonly { readonly text: string; readonly origin: LogPrefix["origin"] }[];
}

/** A format of log files: one file in an engine's `logs` folder, one line in the list. */
export interface LogFormat {
  readonly id: LogFormatId;
  /** How to read the sample, with the share of its lines that fit; null where it is of another format. */
  detect(sample: LogSample): { readonly dialect: LogDialect; readonly share: number } | null;
  open(dialect: LogDialect, context: ReaderContext): LogReader;
}
