import type { LogDialect } from "../logs/format.ts";
import type { LogPart } from "../logs/scan/part.ts";
import type { ApplicationLog, LogFile, UnparsedExample } from "../model/log.ts";
import type { CaptureNotice } from "../model/server.ts";

/** What was read of the files of one log. */
export interface ReadLog {
  readonly dialect: LogDialect;
  readonly part: LogPart;
  readonly files: readonly LogFile[];
  readonly unparsedExamples: readonly UnparsedExample[];
  readonly notices: readonly CaptureNotice[];
  readonly applicationLogs: readonly ApplicationLog[];
}
