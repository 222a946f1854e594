import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dbperfError } from "../errors/index.ts";
import { type FollowEvent, followLog } from "../logs/follow.ts";
import type { LogPosition } from "../logs/log-position.ts";
import { readPositions, writePositions } from "../logs/position-file.ts";
import { joinParts, type LogPart, type PartOptions, PartScan } from "../logs/scan/part.ts";
import type { CaptureNotice } from "../model/server.ts";
import { applicationLogOf } from "./application-logs.ts";
import { closeLogs, type OpenLog, openLogs } from "./log-files.ts";
import type { ReadLog } from "./read-log.ts";
import type { ReadLogsOptions } from "./read-logs.ts";

export interface FollowOptions extends Omit<ReadLogsOptions, "isOpen" | "threads"> {
  /** File that remembers how far each log was read. */
  readonly positionsFile: string;
  /** How long to follow; null: until `signal`. */
  readonly forMs: number | null;
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

/**
 * Reads a log and goes on as the server writes, over rotation and truncation, until the time is over or the signal
 * comes. What an earlier run read is not read again. Throws usage for what cannot be followed.
 */
export async function followLogs(options: FollowOptions): Promise<ReadLog> {
  const { files, stdin, prefixes, positionsFile, forMs, signal } = options;
  const logs = await openLogs({ files, stdin, prefixes });
  const [log, other] = logs;
  await closeLogs(logs);
  if (log === undefined || other !== undefined || log.source.kind !== "file" || log.dialect.wrap !== null) {
    throw dbperfError("usage", { problem: "--follow reads one plain file that a server writes.", command: "logs" });
  }
  const key = resolve(log.source.path);
  const positions = await readPositions(positionsFile);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener("abort", end, { once: true });
  if (forMs !== null) void sleep(forMs, undefined, { signal: ending.signal }).then(end, () => undefined);
  const followed = new FollowedParts(log, options);
  for await (const event of followLog(log.source.path, {
    position: positions[key] ?? null,
    pollMs: options.pollMs,
    signal: ending.signal,
  })) {
    followed.take(event);
  }
  const { part, position } = followed.end();
  if (position !== null) await remember(positionsFile, key, position);
  return {
    dialect: log.dialect,
    part,
    files: [{ path: log.source.path, bytes: part.tally.bytes, lines: part.tally.lines, compression: null }],
    unparsedExamples: part.tally.stretches.map(({ line, ...rest }) => ({
      file: log.source.path,
      line: line + 1,
      ...rest,
    })),
    notices: followed.notices,
    applicationLogs: applicationLogOf(log.source.path, log.dialect, part),
  };
}

async function remember(file: string, log: string, position: LogPosition): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writePositions(file, { ...(await readPositions(file)), [log]: position });
}

/** The parts of a followed log: a new one begins with each new file. */
class FollowedParts {
  readonly notices: CaptureNotice[] = [];
  readonly #log: OpenLog;
  readonly #options: FollowOptions;
  #whole: LogPart | null = null;
  #scan: PartScan;
  #position: LogPosition | null = null;
  #bytes = 0;

  constructor(log: OpenLog, options: FollowOptions) {
    this.#log = log;
    this.#options = options;
    this.#scan = this.#newScan();
  }

  take(event: FollowEvent): void {
    this.#position = event.position;
    if (event.kind === "data") {
      this.#bytes += event.bytes.length;
      this.#scan.push(event.bytes);
      this.#options.onProgress(this.#bytes, null);
    } else if (event.kind !== "idle") {
      this.#finishPart();
      const because = event.kind === "lost" ? event.because : null;
      if (because !== null)
        this.notices.push({ code: "log-damaged", message: `${this.#log.source.path}: ${because}.` });
    }
  }

  /** Ends with the last whole line: one that the server still writes is left for the next run. */
  end(): { readonly part: LogPart; readonly position: LogPosition | null } {
    const { scanner } = this.#scan;
    const rest = scanner.endsWithLine ? 0 : scanner.pendingBytes;
    const position = this.#position;
    if (rest === 0) this.#finishPart();
    else this.#join(this.#scan.finish());
    if (this.#whole === null) throw new Error("a followed log has at least one part");
    return {
      part: this.#whole,
      position: position === null ? null : { ...position, offset: position.offset - rest },
    };
  }

  #finishPart(): void {
    this.#scan.end();
    this.#join(this.#scan.finish());
    this.#scan = this.#newScan();
  }

  #join(part: LogPart): void {
    if (this.#whole === null) this.#whole = part;
    else joinParts(this.#whole, part);
  }

  #newScan(): PartScan {
    const { format, dialect } = this.#log;
    const { keepLiterals, sinceMs, untilMs } = this.#options;
    const range: Pick<PartOptions, "from" | "stop" | "isStart"> = {
      from: 0,
      stop: Number.MAX_SAFE_INTEGER,
      isStart: true,
    };
    return new PartScan({ format, dialect, keepLiterals, sinceMs, untilMs, ...range, isOpen: this.#whole !== null });
  }
}
