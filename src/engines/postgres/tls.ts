import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { dbperfError } from "../../errors/index.ts";

export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** libpq's TLS parameters. `mode` is null where nobody stated one. */
export interface TlsSettings {
  readonly mode: SslMode | null;
  /** File of the certificate authority; `system` = those that Node trusts; null = the server is not verified. */
  readonly rootCertificate: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly keyPassword: string | null;
}

export type Transport = "tls" | "plain";

/** When the next transport of the list may be tried. */
export type Fallback = "never" | "tls-not-offered" | "any-tls-failure" | "login-refused";

export interface TlsPlan {
  readonly first: Transport;
  readonly second: Transport | null;
  readonly fallback: Fallback;
}

const MODES: readonly SslMode[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

export function isSocket(host: string): boolean {
  return host.startsWith("/");
}

/** This machine: a unix socket, localhost, 127.0.0.0/8 or ::1. */
export function isLocalHost(host: string): boolean {
  return isSocket(host) || host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Which transports to try. Without a stated mode only a host that is this machine may do without TLS. */
export function planTls(mode: SslMode | null, host: string): TlsPlan {
  if (isSocket(host) || mode === "disable") return { first: "plain", second: null, fallback: "never" };
  if (mode === "allow") return { first: "plain", second: "tls", fallback: "login-refused" };
  if (mode === "prefer") return { first: "tls", second: "plain", fallback: "any-tls-failure" };
  if (mode === null && isLocalHost(host)) return { first: "tls", second: "plain", fallback: "tls-not-offered" };
  return { first: "tls", second: null, fallback: "never" };
}

/** Reads libpq's ssl parameters; `directory` is ~/.postgresql. Throws `bad-url` for what libpq does not know. */
export function readTlsSettings(
  parameters: ReadonlyMap<string, string>,
  directory: string,
  socket: boolean,
  exists: (path: string) => boolean,
): TlsSettings {
  const stated = readMode(parameters);
  const ifPresent = (name: string): string | null => {
    const file = join(directory, name);
    return !socket && exists(file) ? file : null;
  };
  const given = parameters.get("sslrootcert") ?? null;
  const mode = given === "system" ? (stated ?? "verify-full") : stated;
  if (given === "system" && mode !== "verify-full") {
    throw dbperfError("bad-url", { problem: "sslrootcert=system goes only with sslmode=verify-full" });
  }
  const wanted = mode === "require" || mode === "verify-ca" || mode === "verify-full";
  const rootCertificate =
    given ?? (wanted ? ifPresent("root.crt") : null) ?? (mode === "verify-full" ? "system" : null);
  if (mode === "verify-ca" && rootCertificate === null && !socket) {
    throw dbperfError("bad-url", { problem: "sslmode=verify-ca needs sslrootcert=FILE" });
  }
  const certificate = parameters.get("sslcert") ?? ifPresent("postgresql.crt");
  return {
    mode,
    rootCertificate,
    certificate,
    key: parameters.get("sslkey") ?? (certificate === null ? null : ifPresent("postgresql.key")),
    keyPassword: parameters.get("sslpassword") ?? null,
  };
}

/** What node:tls needs: no verification without a root certificate, the host's name only with verify-full. */
export function tlsOptions({ mode, rootCertificate, certificate, key, keyPassword }: TlsSettings): ConnectionOptions {
  return {
    rejectUnauthorized: rootCertificate !== null,
    ...(rootCertificate !== null && rootCertificate !== "system" && { ca: readFile(rootCertificate) }),
    ...(mode !== "verify-full" && { checkServerIdentity: () => undefined }),
    ...(certificate !== null && { cert: readFile(certificate) }),
    ...(key !== null && { key: readFile(key) }),
    ...(keyPassword !== null && { passphrase: keyPassword }),
  };
}

function readMode(parameters: ReadonlyMap<string, string>): SslMode | null {
  const text = parameters.get("sslmode");
  if (text === undefined) {
    // Drivers of other languages write ?ssl=true.
    const ssl = parameters.get("ssl");
    if (ssl === "true" || ssl === "1") return "require";
    return ssl === "false" || ssl === "0" ? "disable" : null;
  }
  // node-postgres' own word for “encrypt, do not verify”.
  if (text === "no-verify") return "require";
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) {
    throw dbperfError("bad-url", { problem: `sslmode “${text}” is none of ${MODES.join(", ")}` });
  }
  return mode;
}

function readFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const problem = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    throw dbperfError("input-unreadable", { file, problem }, { cause });
  }
}
