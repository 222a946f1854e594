import type { LogFacts, LoggedStatement, LoggedTemporaryFiles, Occurrences } from "../model/log.ts";
import { mergeOccurrences } from "./occurrences.ts";

/** Temporary files of one statement, or of the statements of a database that the log does not name. */
export interface TemporaryFiles {
  readonly statement: LoggedStatement | null;
  /** Null where several databases have the statement, or the log does not say. */
  readonly database: string | null;
  readonly seen: Occurrences;
  readonly totalBytes: number;
  readonly largestBytes: number;
}

const memo = new WeakMap<LogFacts, readonly TemporaryFiles[]>();

/** Temporary files by statement over all databases, most bytes first; those of unnamed statements by database. */
export function temporaryFilesByStatement(log: LogFacts): readonly TemporaryFiles[] {
  const known = memo.get(log);
  if (known !== undefined) return known;
  const groups = new Map<string, LoggedTemporaryFiles[]>();
  for (const files of log.temporaryFiles) {
    const { statement, database } = files;
    const key = statement === null ? JSON.stringify([null, database]) : statement.fingerprint;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [files]);
    else group.push(files);
  }
  const merged = [...groups.values()].flatMap(merge).toSorted((a, b) => b.totalBytes - a.totalBytes);
  memo.set(log, merged);
  return merged;
}

function merge(members: readonly LoggedTemporaryFiles[]): TemporaryFiles[] {
  const [first] = members;
  const seen = mergeOccurrences(members);
  if (first === undefined || seen === null) return [];
  return [
    {
      statement: first.statement,
      database: members.every(({ database }) => database === first.database) ? first.database : null,
      seen,
      totalBytes: members.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
      largestBytes: members.reduce((most, { largestBytes }) => Math.max(most, largestBytes), 0),
    },
  ];
}
