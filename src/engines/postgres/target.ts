import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "pg-connection-string";
import { dbperfError } from "../../errors/index.ts";
import type { Environment, TargetSpec } from "../engine.ts";
import { readService } from "./service-file.ts";
import { isSocket, readTlsSettings, type TlsSettings } from "./tls.ts";

/** Everything that is needed to connect, with the environment's defaults filled in. */
export interface ConnectionTarget {
  /** Host name, address, or the directory of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** From URL, service or PGPASSWORD; null where those have none. */
  readonly password: string | null;
  readonly passwordFile: string;
  readonly tls: TlsSettings;
  /** 0 = no limit. */
  readonly connectTimeoutMs: number;
  /** Of the URL; null where it states none. Only a writable session goes by it. */
  readonly applicationName: string | null;
}

type Parameters = ReadonlyMap<string, string>;

const SCHEME = /^postgres(?:ql)?:\/\//i;
const DEFAULT_CONNECT_TIMEOUT_SECONDS = "10";

/** libpq's parameters that environment variables give. */
const VARIABLES: Readonly<Record<string, string>> = {
  PGHOST: "host",
  PGHOSTADDR: "hostaddr",
  PGPORT: "port",
  PGDATABASE: "dbname",
  PGUSER: "user",
  PGPASSWORD: "password",
  PGPASSFILE: "passfile",
  PGCONNECT_TIMEOUT: "connect_timeout",
  PGSSLMODE: "sslmode",
  PGSSLROOTCERT: "sslrootcert",
  PGSSLCERT: "sslcert",
  PGSSLKEY: "sslkey",
};

/** True when the environment alone names a PostgreSQL database. */
export function isNamedByEnvironment({ variables }: Environment): boolean {
  if (SCHEME.test(variables["DATABASE_URL"] ?? "")) return true;
  return ["PGSERVICE", "PGHOST", "PGHOSTADDR", "PGDATABASE"].some((name) => (variables[name] ?? "") !== "");
}

/** Merges URL, service and environment in libpq's order: the URL wins, then the service, then variables. Throws DbperfError. */
export function resolveTarget(
  spec: Pick<TargetSpec, "url">,
  environment: Environment,
  exists: (path: string) => boolean = existsSync,
): ConnectionTarget {
  const fallback = environment.variables["DATABASE_URL"] ?? "";
  const url = spec.url ?? (SCHEME.test(fallback) ? fallback : null);
  const fromUrl = url === null ? new Map<string, string>() : parseUrl(url);
  const service = fromUrl.get("service") ?? (environment.variables["PGSERVICE"] || null);
  const fromService = service === null ? new Map<string, string>() : readService(service, environment);
  const parameters: Parameters = new Map([...fromVariables(environment), ...fromService, ...fromUrl]);

  const port = readPort(parameters.get("port") ?? "5432");
  const host = parameters.get("host") ?? parameters.get("hostaddr") ?? defaultHost(port, exists);
  if (host.includes(",")) throw badUrl("it names several hosts, and dbperf looks at one server at a time");
  const user = parameters.get("user") ?? environment.userName;
  return {
    host,
    port,
    user,
    database: parameters.get("dbname") ?? user,
    password: parameters.get("password") ?? null,
    passwordFile: parameters.get("passfile") ?? join(environment.homeDirectory, ".pgpass"),
    tls: readTlsSettings(parameters, join(environment.homeDirectory, ".postgresql"), isSocket(host), exists),
    connectTimeoutMs: readSeconds(parameters.get("connect_timeout") ?? DEFAULT_CONNECT_TIMEOUT_SECONDS) * 1000,
    applicationName: fromUrl.get("application_name") ?? null,
  };
}

/** The query part is read here and not by the driver's parser, which opens certificate files and has its own sslmodes. */
function parseUrl(url: string): Map<string, string> {
  if (!SCHEME.test(url)) throw badUrl("it does not start with postgres://");
  if (url.includes("#")) throw badUrl("it contains “#”, which has to be written as %23");
  const [address = "", query = ""] = splitOnce(url, "?");
  if (/^[^/]*,/.test(address.replace(SCHEME, "").replace(/^.*@/, ""))) {
    throw badUrl("it names several hosts, and dbperf looks at one server at a time");
  }
  const parameters = parseAddress(address);
  for (const [name, value] of new URLSearchParams(query.replaceAll("+", "%2B"))) {
    if (value !== "") parameters.set(name === "database" ? "dbname" : name, value);
  }
  return parameters;
}

function parseAddress(address: string): Map<string, string> {
  // No cause is kept: the error of the parser may hold the whole URL.
  const parsed = attempt(() => parse(address));
  if (parsed === null) throw badUrl("user, password, host or port are not well-formed");
  const parameters = new Map<string, string>();
  const add = (name: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined && value !== "") parameters.set(name, value);
  };
  add("host", parsed.host);
  add("port", parsed.port);
  add("user", parsed.user);
  add("password", parsed.password);
  add("dbname", parsed.database);
  return parameters;
}

function fromVariables({ variables }: Environment): [string, string][] {
  return Object.entries(VARIABLES).flatMap(([variable, name]): [string, string][] => {
    const value = variables[variable] ?? "";
    return value === "" ? [] : [[name, value]];
  });
}

function defaultHost(port: number, exists: (path: string) => boolean): string {
  const directories = ["/var/run/postgresql", "/tmp"];
  return directories.find((directory) => exists(`${directory}/.s.PGSQL.${port}`)) ?? "localhost";
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw badUrl(`“${text}” is not a port`);
  return port;
}

/** libpq: zero and less mean no limit. Node's timers take a delay beyond 31 bits of milliseconds for none. */
function readSeconds(text: string): number {
  if (!/^-?\d+$/.test(text)) throw badUrl(`connect_timeout “${text}” is not a whole number of seconds`);
  return Math.min(2_147_483, Math.max(0, Number(text)));
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}

function badUrl(problem: string): Error {
  return dbperfError("bad-url", { problem });
}
