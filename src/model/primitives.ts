/** The database systems that dbperf knows. */
export type EngineId = "postgres" | "mysql" | "mariadb";

/** A point in time, ISO 8601 in UTC with milliseconds: `2026-11-23T09:40:00.000Z`. */
export type IsoTime = string;

/** 16 hex digits that name a statement's shape; blind to literals, comments and letter case. */
export type Fingerprint = string;

/** An int8 of the server as decimal text, because it may exceed 2^53. */
export type Int8Text = string;

export type Severity = "critical" | "warning" | "info";

/** measured: counted or timed on the target; estimated: a planner or a formula says so; heuristic: a hint. */
export type Confidence = "measured" | "estimated" | "heuristic";

/** Whether a fact belongs to the whole server or to the one database that was analyzed. */
export type Scope = "server" | "database";

/** A relation's name as the catalogue has it, unquoted. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** What was analyzed. Never carries a password. */
export interface Target {
  readonly engine: EngineId;
  /** Host name, address, or the directory of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** The name under `targets` in the configuration, where one was used. */
  readonly name: string | null;
}

export interface ToolInfo {
  readonly name: "dbperf";
  readonly version: string;
}

/** The period that counters cover. `from` is null where the server does not know. */
export interface Window {
  readonly from: IsoTime | null;
  readonly to: IsoTime;
  readonly kind: "since-reset" | "sampled" | "log";
}
