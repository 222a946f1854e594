import { DbperfError, dbperfError } from "../../errors/index.ts";
import type { AbsenceReason } from "../../model/artifact.ts";
import { quoteIdentifier } from "../../sql/identifiers.ts";
import { absent } from "../engine.ts";
import type { Transport } from "./tls.ts";

/** What an error of connecting is told about. */
export interface ConnectContext {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly transport: Transport;
}

/** node-postgres has no codes for these; the texts are those of pg 8.23. */
const TLS_NOT_OFFERED = "The server does not support SSL connections";
const NOT_POSTGRES = /^(?:There was an error establishing an SSL connection|received invalid response)/;
const CLOSED = /^Connection terminated/;
const DRIVER_TIMEOUT = /^(?:timeout expired|Query read timeout)$/;
const TLS_CODE = /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH)/;
const REFUSED_FOR_TLS = /no encryption|SSL off|SSL (?:connection )?(?:is )?required/i;

/** Server reasons that mean “cannot be seen in time”: statement cancelled, lock not available, idle or lock time-outs. */
const TIMED_OUT: ReadonlySet<string> = new Set(["57014", "55P03", "57P05", "25P03", "25P04"]);

/** Turns whatever the driver threw while connecting into an error that the user can mend. */
export function connectError(error: unknown, context: ConnectContext): DbperfError {
  if (error instanceof DbperfError) return error;
  const sqlState = sqlStateOf(error);
  return sqlState === null ? networkError(error, context) : serverError(error, sqlState, context);
}

/** The error of a `set role` that the server refused; null where the error is another one. */
export function roleError(error: unknown, user: string, role: string): DbperfError | null {
  const sqlState = sqlStateOf(error);
  if (sqlState !== "42501" && sqlState !== "22023") return null;
  const message = `${user} cannot take on the role ${role}: ${messageOf(error)}.`;
  return new DbperfError("login-refused", message, `grant ${quoteIdentifier(role)} to ${quoteIdentifier(user)};`, {
    cause: error,
  });
}

export function isTlsNotOffered(error: unknown): boolean {
  return messageOf(error) === TLS_NOT_OFFERED;
}

export function isTlsFailure(error: unknown): boolean {
  return isTlsNotOffered(error) || TLS_CODE.test(codeOf(error));
}

/** pg_hba.conf, or a pooler, takes this login only with another transport. */
export function isLoginRefused(error: unknown): boolean {
  return sqlStateOf(error) === "28000" || REFUSED_FOR_TLS.test(messageOf(error));
}

/** The connection itself is gone, so that nothing later can succeed. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof DbperfError) return error.code === "connection-lost";
  const sqlState = sqlStateOf(error);
  if (sqlState !== null) return sqlState.startsWith("57P") || sqlState === "25P03" || sqlState === "25P04";
  if (["ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(codeOf(error))) return true;
  return /not queryable|Connection terminated|Query read timeout/.test(messageOf(error));
}

/** The statement ran into `lock_timeout`. */
export function isLockNotAvailable(error: unknown): boolean {
  return sqlStateOf(error) === "55P03";
}

/** Why an error left an artifact unseen. */
function absenceReason(error: unknown): AbsenceReason {
  const sqlState = sqlStateOf(error);
  if (sqlState === "42501") return "permission-denied";
  if ((sqlState !== null && TIMED_OUT.has(sqlState)) || DRIVER_TIMEOUT.test(messageOf(error))) return "timed-out";
  return "failed";
}

/** The absent artifact that an error leaves; `hint` is what helps against a missing permission. */
export function absenceOf(error: unknown, hint: string): ReturnType<typeof absent> {
  const reason = absenceReason(error);
  if (reason === "permission-denied") return absent(reason, hint);
  const said = messageOf(error);
  return absent(reason, reason === "timed-out" ? `${said}; allow more time with --timeout` : said);
}

/** The server's or driver's own words, on one line. */
export function messageOf(error: unknown): string {
  // Node's error of several addresses (localhost: ::1 and 127.0.0.1) has no message of its own.
  if (error instanceof AggregateError && error.message === "") return messageOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim();
}

function serverError(error: unknown, sqlState: string, context: ConnectContext): DbperfError {
  const { host, port, database, user, transport } = context;
  const problem = messageOf(error);
  const options = { cause: error };
  if (transport === "plain" && REFUSED_FOR_TLS.test(problem))
    return dbperfError("tls-required", { host, port, problem }, options);
  // Poolers answer with 08P01 for what a server has codes of its own for.
  if (/no such database/i.test(problem))
    return dbperfError("database-missing", { host, port, database, user }, options);
  if (/no more connections allowed/i.test(problem))
    return dbperfError("too-many-connections", { host, port, problem }, options);
  if (/no such user/i.test(problem)) return dbperfError("login-refused", { user, problem }, options);
  switch (sqlState) {
    case "28P01":
      return dbperfError("password-wrong", { user }, options);
    case "28000":
      return dbperfError("login-refused", { user, problem }, options);
    case "3D000":
      return dbperfError("database-missing", { host, port, database, user }, options);
    case "42501":
      return dbperfError(
        "connect-denied",
        { user, database, databaseIdentifier: quoteIdentifier(database), userIdentifier: quoteIdentifier(user) },
        options,
      );
    case "53300":
      return dbperfError("too-many-connections", { host, port, problem }, options);
    case "57P03":
      return dbperfError("server-starting", { host, port, problem }, options);
    default:
      return dbperfError("connection-failed", { host, port, problem: `${problem} (SQLSTATE ${sqlState})` }, options);
  }
}

function networkError(error: unknown, { host, port, user }: ConnectContext): DbperfError {
  const problem = messageOf(error);
  const code = codeOf(error);
  const options = { cause: error };
  if (isTlsNotOffered(error)) return dbperfError("tls-refused", { host, port }, options);
  if (NOT_POSTGRES.test(problem)) return notPostgres(host, port, options);
  if (TLS_CODE.test(code)) return dbperfError("tls-failed", { host, port, problem: `${problem} (${code})` }, options);
  if (host.startsWith("/") && (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK")) {
    return dbperfError("socket-missing", { path: `${host}/.s.PGSQL.${port}` }, options);
  }
  if (code === "ECONNREFUSED") return dbperfError("connection-refused", { host, port }, options);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return dbperfError("host-unknown", { host }, options);
  if (DRIVER_TIMEOUT.test(problem)) {
    return dbperfError("host-unreachable", { host, port, problem: "no answer within the limit" }, options);
  }
  if (["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN"].includes(code)) {
    return dbperfError("host-unreachable", { host, port, problem }, options);
  }
  if (/^SASL: .*password/i.test(problem)) return dbperfError("password-missing", { user }, options);
  const closed = CLOSED.test(problem) || code === "ECONNRESET" || code === "EPIPE";
  const said = closed ? "it was closed before the login was done (is this a PostgreSQL server?)" : problem;
  return dbperfError("connection-failed", { host, port, problem: said }, options);
}

function notPostgres(host: string, port: number, options: ErrorOptions): DbperfError {
  const problem = "its first answer is none that PostgreSQL gives";
  return dbperfError("not-the-server", { host, port, engine: "PostgreSQL", problem }, options);
}

/** Five characters that only a server's error has together with a severity; null for errors of network and driver. */
function sqlStateOf(error: unknown): string | null {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && error instanceof Error && "severity" in error ? code : null;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : "";
}
