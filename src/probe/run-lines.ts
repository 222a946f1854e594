import type { OrmId } from "../model/query-loop.ts";

/**
 * The lines that the probe writes, one JSON array each; the first element says what it is. Texts, scopes and call sites
 * are written once with a number, so that an execution is one short line.
 */
export type RunLine =
  /** The first line: milliseconds since 1970 from which the starts of executions count. */
  | readonly ["origin", ms: number]
  /** A statement as it was sent. */
  | readonly ["text", id: number, text: string, dialect: "postgres" | "mysql"]
  /** A unit of work; null where nothing names it. */
  | readonly ["scope", id: number, name: string | null]
  /** `file` is absolute; null: no frame of the program was left, but the library that wrote the SQL is known. */
  | readonly [
      "site",
      id: number,
      file: string | null,
      line: number,
      column: number | null,
      functionName: string | null,
      orm: OrmId | null,
    ]
  | readonly [
      "execution",
      text: number,
      scope: number,
      startUs: number,
      durationUs: number,
      parameters: string | null,
      rows: number | null,
      session: number,
      site: number | null,
      /** Distinct values of the first column of a join's rows. */
      entities: number | null,
    ]
  /** A driver that was loaded and is not watched. */
  | readonly ["unwatched", driver: string]
  /** The probe turned itself off. */
  | readonly ["off", problem: string];

/** Variables through which `dbperf run` speaks to the probe. */
export const RUN_DIRECTORY_VARIABLE = "DBPERF_RUN_DIR";
export const RUN_SALT_VARIABLE = "DBPERF_RUN_SALT";
