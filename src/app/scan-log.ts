import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { LogFileSource } from "../logs/open.ts";
import { unpackPart } from "../logs/scan/pack-part.ts";
import type { LogPart, PartOptions } from "../logs/scan/part.ts";
import { type ByteRange, cutRanges, joinRanges } from "../logs/scan/ranges.ts";
import { scanRange } from "../logs/scan/scan-range.ts";
import { scanStream } from "../logs/scan/scan-stream.ts";
import type { OpenLog } from "./log-files.ts";
import type { LogWorkerMessage, LogWorkerTask } from "./log-worker.ts";

export interface ScanLogOptions extends Pick<PartOptions, "isOpen" | "keepLiterals" | "sinceMs" | "untilMs"> {
  /** Threads beside this one, at the most. */
  readonly threads: number;
  readonly onBytes: (count: number) => void;
}

/** Formats whose events can be told from anywhere in a file. */
const DIVISIBLE: ReadonlySet<string> = new Set(["postgres-stderr", "postgres-csv", "postgres-json", "mysql-slow"]);

/** The built program's file beside this one; sources run without threads. */
const EXTENSION = extname(import.meta.url);
const CAN_START_THREADS = EXTENSION === ".js";
/** So much young garbage is kept before it is collected, in MB: memory stays flat. */
const YOUNG_GENERATION_MB = 8;

/** Reads one whole log: a large plain file in ranges at the same time. */
export async function scanLog({ source, chunks, format, dialect }: OpenLog, options: ScanLogOptions): Promise<LogPart> {
  const { threads, onBytes, ...rest } = options;
  const whole = { ...rest, format, dialect, from: 0, stop: Number.MAX_SAFE_INTEGER, isStart: true };
  if (source.kind === "stream") return scanStream(chunks ?? source.chunks, whole, onBytes);
  const readAt = (target: Uint8Array, position: number): number => source.readAt(target, position);
  const canDivide = CAN_START_THREADS && dialect.wrap === null && DIVISIBLE.has(dialect.format);
  const ranges = cutRanges(source.sizeBytes, canDivide ? threads : 1);
  if (ranges.length === 1) return scanRange(readAt, source.sizeBytes, whole, onBytes);
  const parts = await Promise.all(
    ranges.map((range, index) => scanInThread(source, taskOf(range, index === ranges.length - 1, whole), onBytes)),
  );
  return joinRanges(parts, (index, from, startTimeMs) => {
    const { stop } = taskOf(ranges[index] ?? { from, to: from }, index === ranges.length - 1, whole);
    return scanRange(readAt, source.sizeBytes, { ...whole, from, stop, isOpen: true, startTimeMs }, () => undefined);
  });
}

type Task = Omit<LogWorkerTask, "descriptor" | "sizeBytes">;

function taskOf({ from, to }: ByteRange, isLast: boolean, { format: _, ...whole }: PartOptions): Task {
  const isFirst = from === 0;
  return {
    ...whole,
    from,
    stop: isLast ? Number.MAX_SAFE_INTEGER : to,
    isStart: isFirst,
    isOpen: isFirst ? whole.isOpen : true,
  };
}

async function scanInThread(source: LogFileSource, task: Task, onBytes: (count: number) => void): Promise<LogPart> {
  const { descriptor, sizeBytes } = source;
  const workerData: LogWorkerTask = { ...task, descriptor, sizeBytes };
  const worker = new Worker(new URL(`./log-worker${EXTENSION}`, import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  try {
    return await new Promise<LogPart>((resolve, reject) => {
      worker.on("message", (message: LogWorkerMessage) => {
        if (message.kind === "bytes") onBytes(message.count);
        else resolve(unpackPart(message.part));
      });
      worker.on("error", reject);
      worker.on("exit", () => reject(new Error("a thread that read the log ended early")));
    });
  } finally {
    await worker.terminate();
  }
}
