import { formatBytes, formatSpan } from "../util/units.ts";

export interface LogProgressInput {
  readonly bytesDone: number;
  /** Null for a pipe, whose end nobody knows. */
  readonly bytesTotal: number | null;
  readonly startedAtMs: number;
  readonly nowMs: number;
}

export interface LogProgress {
  /** 0 to 1; null without a total. */
  readonly fraction: number | null;
  /** MB of 1,048,576 bytes; null before anything was read. */
  readonly mbPerSecond: number | null;
  /** At the mean speed so far; null without a total or a speed. */
  readonly secondsLeft: number | null;
  /** `412 MB of 1.0 GB · 380 MB/s · 2 s left`, without what is null. */
  readonly line: string;
}

const MEGABYTE = 1024 ** 2;

/** How far a reading is, how fast it is, and how long the rest takes. */
export function logProgress({ bytesDone, bytesTotal, startedAtMs, nowMs }: LogProgressInput): LogProgress {
  const elapsedSeconds = (nowMs - startedAtMs) / 1000;
  const bytesPerSecond = elapsedSeconds > 0 && bytesDone > 0 ? bytesDone / elapsedSeconds : null;
  // A live file grows past the size that it had at the beginning.
  const bytesLeft = bytesTotal === null ? null : Math.max(0, bytesTotal - bytesDone);
  const secondsLeft = bytesLeft === null || bytesPerSecond === null ? null : bytesLeft / bytesPerSecond;
  const parts = [
    bytesTotal === null ? sizeText(bytesDone) : `${sizeText(bytesDone)} of ${sizeText(bytesTotal)}`,
    ...(bytesPerSecond === null ? [] : [`${sizeText(bytesPerSecond)}/s`]),
    ...(secondsLeft === null || bytesLeft === 0 ? [] : [`${formatSpan(Math.ceil(secondsLeft))} left`]),
  ];
  return {
    fraction: bytesTotal === null ? null : fractionOf(bytesDone, bytesTotal),
    mbPerSecond: bytesPerSecond === null ? null : bytesPerSecond / MEGABYTE,
    secondsLeft,
    line: parts.join(" · "),
  };
}

function fractionOf(done: number, total: number): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

/** `1.0 GB`, not `1 GB`: between 0.9 and 1.1 the line should not jump. */
function sizeText(bytes: number): string {
  return formatBytes(bytes).replace(/^(\d) (?!byte)/, "$1.0 ");
}
