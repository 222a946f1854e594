/** A thread that reads one range of a log file: started by scan-log.ts. */
import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { logFormats } from "../engines/log-formats.ts";
import { type PackedPart, packPart } from "../logs/scan/pack-part.ts";
import type { PartOptions } from "../logs/scan/part.ts";
import { scanRange } from "../logs/scan/scan-range.ts";

/** What the thread is given. */
export interface LogWorkerTask extends Omit<PartOptions, "format"> {
  readonly descriptor: number;
  readonly sizeBytes: number;
}

/** What it says: how many more bytes were read, and in the end what they held. */
export type LogWorkerMessage =
  | { readonly kind: "bytes"; readonly count: number }
  | { readonly kind: "part"; readonly part: PackedPart };

// Only scan-log.ts starts this file, with a task of this shape.
if (parentPort !== null) work(workerData as LogWorkerTask, (message) => parentPort?.postMessage(message));

function work({ descriptor, sizeBytes, ...task }: LogWorkerTask, say: (message: LogWorkerMessage) => void): void {
  const format = logFormats.find(({ id }) => id === task.dialect.format);
  if (format === undefined) throw new Error(`no reader for ${task.dialect.format}`);
  const readAt = (target: Uint8Array, position: number): number =>
    readSync(descriptor, target, 0, target.length, position);
  const part = scanRange(readAt, sizeBytes, { ...task, format }, (count) => say({ kind: "bytes", count }));
  say({ kind: "part", part: packPart(part) });
}
