import { describe, expect, it } from "vitest";
import { errorKind } from "../../../src/computed/error-kinds.ts";

describe("errorKind", () => {
  it.each([
    ["40P01", "error", "deadlock detected", "own-rule"],
    ["1205", "error", "Lock wait timeout exceeded; try restarting transaction", "own-rule"],
    ["1969", "error", "Query execution was interrupted (max_statement_time exceeded)", "own-rule"],
    ["40001", "error", "canceling statement due to conflict with recovery", "own-rule"],
    ["57P01", "fatal", "terminating connection due to administrator command", "stop"],
    ["28P01", "fatal", "password authentication failed for user ?", "login"],
    ["08006", "fatal", "connection to client lost", "client"],
    ["42704", "error", 'role "?" does not exist', "other"],
    ["23505", "error", "duplicate key value violates unique constraint ?", "other"],
    [null, "fatal", "sorry, too many clients already", "own-rule"],
    [null, "fatal", "terminating connection due to idle-in-transaction timeout", "own-rule"],
    [null, "fatal", "terminating connection due to administrator command", "stop"],
    [null, "fatal", "terminating connection due to unexpected postmaster exit", "other"],
    [null, "fatal", 'role "?" does not exist', "login"],
    [null, "error", 'role "?" does not exist', "other"],
    [null, "error", "could not serialize access due to concurrent update", "other"],
  ] as const)("%s %s “%s” is %s", (code, severity, message, kind) => {
    expect(errorKind({ code, severity, message })).toBe(kind);
  });
});
