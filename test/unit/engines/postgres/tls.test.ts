import { describe, expect, it } from "vitest";
import {
  isLocalHost,
  planTls,
  readTlsSettings,
  type SslMode,
  tlsOptions,
} from "../../../../src/engines/postgres/tls.ts";

function settings(parameters: Record<string, string>, files: readonly string[] = [], socket = false) {
  return readTlsSettings(new Map(Object.entries(parameters)), "/home/ada/.postgresql", socket, (path) =>
    files.includes(path),
  );
}

describe("planTls", () => {
  it.each(["localhost", "127.0.0.1", "127.3.2.1", "::1"])(
    "goes without TLS to %s where none is offered and no mode is stated",
    (host) => {
      expect(planTls(null, host)).toEqual({ first: "tls", second: "plain", fallback: "tls-not-offered" });
    },
  );

  it.each(["db.example", "10.0.0.1", "128.0.0.1", "localhost.example", "127.evil.example"])(
    "does not go without TLS to %s",
    (host) => {
      expect(planTls(null, host)).toEqual({ first: "tls", second: null, fallback: "never" });
    },
  );

  it.each<[SslMode, string, string | null]>([
    ["disable", "plain", null],
    ["allow", "plain", "tls"],
    ["prefer", "tls", "plain"],
    ["require", "tls", null],
    ["verify-ca", "tls", null],
    ["verify-full", "tls", null],
  ])("follows libpq for %s", (mode, first, second) => {
    expect(planTls(mode, "db.example")).toMatchObject({ first, second });
  });

  it("never speaks TLS over a socket", () => {
    expect(planTls("require", "/tmp")).toMatchObject({ first: "plain", second: null });
    expect(isLocalHost("/tmp")).toBe(true);
  });
});

describe("readTlsSettings", () => {
  it("states no mode by itself", () => {
    expect(settings({})).toEqual({
      mode: null,
      rootCertificate: null,
      certificate: null,
      key: null,
      keyPassword: null,
    });
  });

  it.each([
    [{ ssl: "true" }, "require"],
    [{ ssl: "false" }, "disable"],
    [{ sslmode: "no-verify" }, "require"],
    [{ sslmode: "prefer", ssl: "true" }, "prefer"],
  ])("reads %o as %s", (parameters, mode) => {
    expect(settings(parameters).mode).toBe(mode);
  });

  it("takes ~/.postgresql/root.crt for stated modes only", () => {
    const files = ["/home/ada/.postgresql/root.crt"];
    expect(settings({ sslmode: "require" }, files).rootCertificate).toBe(files[0]);
    expect(settings({}, files).rootCertificate).toBeNull();
  });

  it("uses the system's authorities for verify-full without a file", () => {
    expect(settings({ sslmode: "verify-full" }).rootCertificate).toBe("system");
    expect(settings({ sslrootcert: "system" }).mode).toBe("verify-full");
  });

  it.each([{ sslmode: "verify-ca" }, { sslmode: "require", sslrootcert: "system" }, { sslmode: "Require" }])(
    "refuses %o",
    (parameters) => {
      expect(() => settings(parameters)).toThrow(expect.objectContaining({ code: "bad-url" }));
    },
  );
});

describe("tlsOptions", () => {
  it("does not verify for require without a root certificate", () => {
    expect(tlsOptions(settings({ sslmode: "require" })).rejectUnauthorized).toBe(false);
  });

  it("checks the chain but not the name for require with a root certificate", () => {
    const options = tlsOptions({ ...settings({ sslmode: "require" }), rootCertificate: import.meta.filename });
    expect(options.rejectUnauthorized).toBe(true);
    expect(options.ca).toContain("tlsOptions");
    expect(options.checkServerIdentity).toBeDefined();
  });

  it("checks chain and name for verify-full", () => {
    const options = tlsOptions(settings({ sslmode: "verify-full" }));
    expect(options.rejectUnauthorized).toBe(true);
    expect(options.checkServerIdentity).toBeUndefined();
  });

  it("names a certificate file that it cannot read", () => {
    const run = () => tlsOptions(settings({ sslmode: "verify-full", sslrootcert: "/nowhere/root.crt" }));
    expect(run).toThrow("/nowhere/root.crt cannot be read: ENOENT.");
  });
});
