import type { LoggedError } from "../model/log.ts";

/** `own-rule`: deadlocks, refusals and cancellations, which other rules report; `stop`: the server stopped or started. */
export type ErrorKind = "own-rule" | "stop" | "login" | "client" | "other";

interface KindPattern {
  readonly kind: ErrorKind;
  readonly codes: RegExp;
  /** Beginning of the text, for logs whose prefix has no SQLSTATE (`%e`). */
  readonly text: RegExp;
}

const KINDS: readonly KindPattern[] = [
  {
    kind: "own-rule",
    codes: /^(?:40P01|53300|57014|57P05|25P03|25P04|55P03|1040|1203|1205|1213|1226|1317|1969|3024)$/,
    text: /^(?:deadlock (?:detected|found)|sorry, too many clients|too many connections|remaining connection slots|cancell?ing statement due to|terminating connection due to (?!administrator|unexpected)|could not obtain lock|lock wait timeout|query execution was interrupted)/i,
  },
  {
    kind: "stop",
    codes: /^57P0[13]$/,
    text: /^(?:terminating connection due to administrator command|the database system is |terminating .* process due to administrator)/i,
  },
  {
    kind: "login",
    codes: /^(?:28...|3D000|1044|1045|1049|1698)$/,
    text: /^(?:[\w-]+ authentication failed|no pg_hba\.conf entry|pg_hba\.conf rejects|(?:role|database) \S+ does not exist|role \S+ is not permitted to log in|access denied for user)/i,
  },
  {
    kind: "client",
    codes: /^(?:08...|1152|1153|1158|1159|1160|1161)$/,
    text: /^(?:connection to client lost|could not (?:receive|send) data|unsupported frontend protocol|no PostgreSQL user name|invalid length of startup packet|got an error reading communication|aborted connection)/i,
  },
];

/** What kind of error it is: by its code, or by its text where the log has no code. */
export function errorKind({ code, message, severity }: Pick<LoggedError, "code" | "message" | "severity">): ErrorKind {
  const found = KINDS.find(({ kind, codes, text }) => {
    if (code !== null && codes.test(code)) return true;
    // A standby cancels under a general code (40001), so here the text counts beside a code.
    if (kind === "own-rule") return text.test(message);
    // The same words as an ERROR come from statements: `drop role` of a role that does not exist.
    return code === null && severity === "fatal" && text.test(message);
  });
  return found?.kind ?? "other";
}
