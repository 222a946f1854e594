import { describe, expect, it } from "vitest";
import {
  absenceOf,
  connectError,
  isConnectionLost,
  isLoginRefused,
  isTlsFailure,
  roleError,
} from "../../../../src/engines/postgres/errors.ts";
import { dbperfError } from "../../../../src/errors/index.ts";

const CONTEXT = { host: "db.example", port: 5432, database: "my shop", user: "Ada", transport: "tls" } as const;

function serverError(code: string, message = "server says"): Error {
  return Object.assign(new Error(message), { code, severity: "FATAL" });
}

function systemError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe("connectError", () => {
  it.each([
    [serverError("28P01"), "password-wrong"],
    [
      serverError("28000", 'no pg_hba.conf entry for host "::1", user "Ada", database "x", SSL encryption'),
      "login-refused",
    ],
    [serverError("28000", 'role "Ada" does not exist'), "login-refused"],
    [serverError("3D000"), "database-missing"],
    [serverError("42501"), "connect-denied"],
    [serverError("53300", "sorry, too many clients already"), "too-many-connections"],
    [serverError("57P03", "the database system is starting up"), "server-starting"],
    [serverError("08P01", "no such database: shop"), "database-missing"],
    [serverError("08P01", "no more connections allowed (max_client_conn)"), "too-many-connections"],
    [serverError("XX000"), "connection-failed"],
    [systemError("ECONNREFUSED"), "connection-refused"],
    [systemError("ENOTFOUND"), "host-unknown"],
    [systemError("EAI_AGAIN"), "host-unknown"],
    [systemError("EHOSTUNREACH"), "host-unreachable"],
    [new Error("timeout expired"), "host-unreachable"],
    [systemError("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"), "tls-failed"],
    [systemError("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match"), "tls-failed"],
    [systemError("EPROTO", "wrong version number"), "tls-failed"],
    [new Error("The server does not support SSL connections"), "tls-refused"],
    [new Error("There was an error establishing an SSL connection"), "not-the-server"],
    [new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string"), "password-missing"],
    [new Error("Connection terminated unexpectedly"), "connection-failed"],
    [new Error("received invalid response: 4a"), "not-the-server"],
    ["no error at all", "connection-failed"],
  ])("maps %s to %s", (error, code) => {
    expect(connectError(error, CONTEXT).code).toBe(code);
  });

  it("knows a server that takes only TLS", () => {
    const error = serverError(
      "28000",
      'no pg_hba.conf entry for host "1.2.3.4", user "a", database "b", no encryption',
    );
    expect(connectError(error, { ...CONTEXT, transport: "plain" }).code).toBe("tls-required");
    expect(connectError(error, CONTEXT).code).toBe("login-refused");
  });

  it("names the socket's file", () => {
    const error = connectError(systemError("ENOENT"), { ...CONTEXT, host: "/tmp" });
    expect(error.message).toBe("There is no server socket at /tmp/.s.PGSQL.5432.");
  });

  it("reads the error of a name with several addresses", () => {
    const error = Object.assign(new AggregateError([systemError("ECONNREFUSED")], ""), { code: "ECONNREFUSED" });
    expect(connectError(error, CONTEXT).code).toBe("connection-refused");
  });

  it("quotes what is to be pasted, keeps the cause, and lets its own errors pass", () => {
    const cause = serverError("42501");
    const error = connectError(cause, CONTEXT);
    expect(error.help).toBe('grant connect on database "my shop" to "Ada";');
    expect(error.cause).toBe(cause);
    const own = dbperfError("password-missing", { user: "x" });
    expect(connectError(own, CONTEXT)).toBe(own);
  });

  it("does not take a system's code of five letters for an SQLSTATE", () => {
    expect(connectError(systemError("EPIPE"), CONTEXT).message).toContain("closed before the login");
  });
});

describe("absenceOf", () => {
  it.each([
    ["42501", "permission-denied", "grant it"],
    ["57014", "timed-out", "server says; allow more time with --timeout"],
    ["55P03", "timed-out", "server says; allow more time with --timeout"],
    ["42P01", "failed", "server says"],
    ["42883", "failed", "server says"],
  ])("turns %s into %s", (sqlState, reason, hint) => {
    expect(absenceOf(serverError(sqlState), "grant it")).toEqual({ status: "absent", reason, hint });
  });

  it("takes a lost connection for failed, with its words", () => {
    const lost = dbperfError("connection-lost", { host: "h", port: 1, problem: "gone" });
    expect(absenceOf(lost, "grant it")).toMatchObject({
      reason: "failed",
      hint: "The connection to h:1 was lost: gone.",
    });
  });
});

describe("roleError", () => {
  it("says which grant lets the user take the role on", () => {
    expect(roleError(serverError("42501"), "ada", "Reader")).toMatchObject({
      code: "login-refused",
      help: 'grant "Reader" to ada;',
    });
    expect(roleError(serverError("53300"), "ada", "Reader")).toBeNull();
  });
});

describe("what an error means for the connection", () => {
  it.each([serverError("57P01"), serverError("25P03"), systemError("ECONNRESET"), new Error("Query read timeout")])(
    "%s ends it",
    (error) => {
      expect(isConnectionLost(error)).toBe(true);
    },
  );

  it.each([serverError("57014"), serverError("42501"), serverError("08P01"), new Error("fromRow failed")])(
    "%s does not",
    (error) => {
      expect(isConnectionLost(error)).toBe(false);
    },
  );

  it("tells refusals of TLS and of a login from other errors", () => {
    expect(isTlsFailure(systemError("SELF_SIGNED_CERT_IN_CHAIN"))).toBe(true);
    expect(isTlsFailure(systemError("ECONNREFUSED"))).toBe(false);
    expect(isLoginRefused(serverError("28000"))).toBe(true);
    expect(isLoginRefused(serverError("28P01"))).toBe(false);
  });
});
