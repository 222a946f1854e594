import type { LogSample } from "../logs/format.ts";
import type { OpenByteStream } from "../logs/open-stream.ts";
import { joinParts, type LogPart } from "../logs/scan/part.ts";
import type { ApplicationLog, LogFile, UnparsedExample } from "../model/log.ts";
import type { CaptureNotice } from "../model/server.ts";
import { applicationLogOf } from "./application-logs.ts";
import { closeLogs, type OpenLog, openLogs } from "./log-files.ts";
import type { ReadLog } from "./read-log.ts";
import { scanLog } from "./scan-log.ts";

export interface ReadLogsOptions {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  readonly stdin: OpenByteStream;
  /** Values of log_line_prefix that are to be tried first. */
  readonly prefixes: LogSample["prefixes"];
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly keepLiterals: boolean;
  readonly threads: number;
  /** The files are logs of applications, whatever they look like. */
  readonly areApplications?: boolean;
  /** Whether what is read will be put together with other logs. */
  readonly isOpen: boolean;
  readonly onProgress: (bytesDone: number, bytesTotal: number | null) => void;
}

const MOST_EXAMPLES = 10;

/** Reads the files of one log in the order of time. Throws what `openLogs` throws. */
export async function readLogs({
  files,
  stdin,
  prefixes,
  areApplications = false,
  ...options
}: ReadLogsOptions): Promise<ReadLog> {
  const logs = await openLogs({ files, stdin, prefixes, areApplications });
  try {
    return await readAll(logs, options);
  } finally {
    await closeLogs(logs);
  }
}

async function readAll(
  logs: readonly OpenLog[],
  { onProgress, isOpen, ...options }: Omit<ReadLogsOptions, "files" | "stdin" | "prefixes" | "areApplications">,
): Promise<ReadLog> {
  const progress = progressOf(logs, onProgress);
  const read: { files: LogFile[]; examples: UnparsedExample[]; notices: CaptureNotice[]; part: LogPart | null } = {
    files: [],
    examples: [],
    notices: [],
    part: null,
  };
  const applicationLogs: ApplicationLog[] = [];
  for (const log of logs) {
    const isFirst = read.part === null;
    const part = await scanLog(log, { ...options, isOpen: isOpen || !isFirst, onBytes: progress });
    const { path } = log.source;
    read.files.push({ path, bytes: part.tally.bytes, lines: part.tally.lines, compression: log.source.compression });
    read.examples.push(...part.tally.stretches.map(({ line, ...rest }) => ({ file: path, line: line + 1, ...rest })));
    read.notices.push(...noticesOf(log, part));
    applicationLogs.push(...applicationLogOf(path, log.dialect, part));
    if (read.part === null) read.part = part;
    else joinParts(read.part, part);
  }
  const [first] = logs;
  if (first === undefined || read.part === null) throw new Error("there is at least one log");
  return {
    dialect: first.dialect,
    part: read.part,
    files: read.files,
    unparsedExamples: read.examples.slice(0, MOST_EXAMPLES),
    notices: read.notices,
    applicationLogs,
  };
}

/** Progress in stored bytes, so that compressed files have an end. */
function progressOf(logs: readonly OpenLog[], onProgress: ReadLogsOptions["onProgress"]): (count: number) => void {
  const sizes = logs.map(({ source }) => (source.kind === "file" ? source.sizeBytes : source.compressedBytes));
  const total = sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  let plainBytes = 0;
  return (count) => {
    plainBytes += count;
    const streams = logs.flatMap(({ source }) => (source.kind === "stream" ? [source.consumedBytes()] : []));
    const stored = streams.reduce((sum, bytes) => sum + bytes, 0);
    const files = logs.every(({ source }) => source.kind === "file") ? plainBytes : 0;
    onProgress(files + stored, total);
  };
}

function noticesOf({ source }: OpenLog, { unknownZones }: LogPart): CaptureNotice[] {
  const problem = source.kind === "stream" ? source.problem() : null;
  return [
    ...(problem === null ? [] : [{ code: "log-damaged", message: `${source.path}: ${problem}.` } as const]),
    ...unknownZones.map(
      (zone) =>
        ({
          code: "time-zone-unknown",
          message: `The time zone ${zone} is not known: its times are read as UTC.`,
        }) as const,
    ),
  ];
}
