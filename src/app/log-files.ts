import { logFormats } from "../engines/log-formats.ts";
import { dbperfError } from "../errors/index.ts";
import { applicationDialect, applicationLog } from "../logs/application/index.ts";
import type { LogDialect, LogFormat, LogSample } from "../logs/format.ts";
import { type LogSource, openLogFile } from "../logs/open.ts";
import type { OpenByteStream } from "../logs/open-stream.ts";
import { rotationOrder } from "../logs/rotation-order.ts";
import { type SampledLog, sampleLog, sampleText } from "../logs/sample.ts";
import { scanRange } from "../logs/scan/scan-range.ts";

/** A log that is open, with how it is to be read. */
export interface OpenLog extends SampledLog {
  readonly format: LogFormat;
  readonly dialect: LogDialect;
}

export interface OpenLogsOptions {
  readonly files: readonly string[];
  readonly stdin: OpenByteStream;
  readonly prefixes: LogSample["prefixes"];
  /** They are logs of applications, whatever they look like. */
  readonly areApplications?: boolean;
}

/** Of the lines of a sample, so many have to fit before a format is taken for granted. */
const LEAST_SHARE = 0.5;

/**
 * Opens the files of one log and puts them in the order of time. Throws what opening throws, log-foreign for a text
 * of no known format, log-mixed for files of several formats, and prefix-unfit for a given prefix that fits nothing.
 */
export async function openLogs({ files, ...options }: OpenLogsOptions): Promise<readonly OpenLog[]> {
  const logs: OpenLog[] = [];
  try {
    for (const path of new Set(files)) logs.push(await openLog(path, options));
    requireOneFormat(logs);
    return inOrder(logs);
  } catch (error) {
    await closeLogs(logs);
    throw error;
  }
}

export async function closeLogs(logs: readonly { readonly source: LogSource }[]): Promise<void> {
  await Promise.all(logs.map(({ source }) => source.close()));
}

async function openLog(path: string, options: Omit<OpenLogsOptions, "files">): Promise<OpenLog> {
  const { stdin, prefixes, areApplications = false } = options;
  const source = await openLogFile(path, { stdin });
  try {
    const sampled = await sampleLog(source);
    if (areApplications) return { ...sampled, format: applicationLog, dialect: applicationDialect };
    return { ...sampled, ...formatOf(path, sampleText(sampled), prefixes) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function formatOf(file: string, text: string, prefixes: LogSample["prefixes"]): Pick<OpenLog, "format" | "dialect"> {
  if (text.trim() === "") throw dbperfError("log-empty", { file });
  const found = logFormats
    .flatMap((format) => {
      const detected = format.detect({ text, prefixes });
      return detected === null ? [] : [{ format, ...detected }];
    })
    .toSorted((a, b) => b.share - a.share);
  const [best] = found;
  const given = prefixes.find(({ origin }) => origin === "given");
  if (best === undefined || best.share < LEAST_SHARE) {
    const stderr = found.find(({ dialect }) => dialect.prefix?.origin === "given");
    if (given !== undefined && stderr !== undefined) {
      throw dbperfError("prefix-unfit", { file, prefix: given.text, percent: Math.round(stderr.share * 100) });
    }
    throw dbperfError("log-foreign", { file, problem: foreignWords(text, best?.share ?? 0) });
  }
  return best;
}

function foreignWords(text: string, share: number): string {
  if (text.includes('"kind":"dbperf-capture"')) return "it is a saved capture, which dbperf analyze reads";
  if (text.includes("\0") && share === 0) return "it holds binary data";
  if (share > 0) return `only ${Math.round(share * 100)} % of its first lines fit the format that comes nearest`;
  return "its first lines fit no format";
}

function requireOneFormat(logs: readonly OpenLog[]): void {
  const [first, ...rest] = logs;
  const other = rest.find(({ dialect }) => dialect.format !== first?.dialect.format);
  if (first === undefined || other === undefined) return;
  throw dbperfError("log-mixed", {
    first: first.source.path,
    firstFormat: first.dialect.format,
    second: other.source.path,
    secondFormat: other.dialect.format,
  });
}

function inOrder(logs: readonly OpenLog[]): readonly OpenLog[] {
  if (logs.length < 2) return logs;
  const order = rotationOrder(logs.map((log) => ({ path: log.source.path, firstAtMs: firstTime(log) })));
  return order.flatMap((path) => logs.find(({ source }) => source.path === path) ?? []);
}

/** Time of the first event in the sample; null where it has none. */
function firstTime({ bytes, format, dialect }: OpenLog): number | null {
  const readAt = (target: Uint8Array, position: number): number => {
    const piece = bytes.subarray(position, position + target.length);
    target.set(piece);
    return piece.length;
  };
  const part = scanRange(
    readAt,
    bytes.length,
    {
      format,
      dialect,
      from: 0,
      stop: Number.MAX_SAFE_INTEGER,
      isStart: true,
      isOpen: false,
      keepLiterals: false,
      sinceMs: null,
      untilMs: null,
    },
    () => undefined,
  );
  return Number.isFinite(part.digest.firstMs) ? part.digest.firstMs : null;
}
