import { DbperfError, dbperfError } from "../errors/index.ts";

/** What the file system said about a log, as an error that names the log. */
export function inputError(path: string, error: unknown): DbperfError {
  if (error instanceof DbperfError) return error;
  const code = errorCode(error);
  if (code === "ENOENT") return dbperfError("input-not-found", { file: path }, { cause: error });
  return dbperfError("input-unreadable", { file: path, problem: problemOf(error) }, { cause: error });
}

/** `ENOENT`, `EACCES`, …; null for what is no error of the system. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: "you may not read it",
  EPERM: "you may not read it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  ELOOP: "its symbolic links lead in a circle",
};

/** Why something could not be read, as a clause. */
export function problemOf(error: unknown): string {
  const known = PROBLEMS[errorCode(error) ?? ""];
  return known ?? (error instanceof Error ? error.message : String(error));
}
