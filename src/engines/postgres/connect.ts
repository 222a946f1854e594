import { Socket } from "node:net";
import { Client, type ClientConfig, type QueryConfig } from "pg";
import { connectError, isLoginRefused, isTlsFailure, isTlsNotOffered } from "./errors.ts";
import type { Row } from "./session.ts";
import type { ConnectionTarget } from "./target.ts";
import { type Fallback, planTls, type Transport, tlsOptions } from "./tls.ts";

export interface ConnectSettings {
  readonly applicationName: string;
  /** Asked for only when the server wants one; may throw. */
  readonly password: () => string;
  /** How long the driver waits for one answer, in milliseconds; 0 = for ever. */
  readonly answerTimeoutMs: number;
}

/** One open connection that speaks the extended protocol only. */
export interface Connection {
  readonly transport: Transport;
  /** The process id that the other side claimed at start-up; null where it claimed none. */
  readonly claimedPid: number | null;
  /** Why the connection is gone; null while it stands. */
  lostBecause(): string | null;
  send(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]>;
  /** Ends it without waiting for answers. */
  abandon(because: string): void;
  close(): Promise<void>;
}

/** `queryMode` is missing in the driver's types; without it a text without parameters goes by the simple protocol. */
interface ExtendedQuery extends QueryConfig<unknown[]> {
  readonly queryMode: "extended";
}

const CLOSE_LIMIT_MS = 1000;
/** Node's timers take a longer delay for one millisecond. */
const MOST_DELAY_MS = 2_147_483_647;

/** Connects with TLS as the target's sslmode says. Throws DbperfError. */
export async function connect(target: ConnectionTarget, settings: ConnectSettings): Promise<Connection> {
  const plan = planTls(target.tls.mode, target.host);
  let firstError: unknown;
  try {
    return await connectBy(plan.first, target, settings);
  } catch (error) {
    if (plan.second === null || !mayFallBack(plan.fallback, error)) {
      throw connectError(error, { ...target, transport: plan.first });
    }
    firstError = error;
  }
  try {
    return await connectBy(plan.second, target, settings);
  } catch (error) {
    const useFirst = plan.first === "plain" && isTlsNotOffered(error);
    const transport = useFirst ? plan.first : plan.second;
    throw connectError(useFirst ? firstError : error, { ...target, transport });
  }
}

function mayFallBack(fallback: Fallback, error: unknown): boolean {
  switch (fallback) {
    case "never":
      return false;
    case "tls-not-offered":
      return isTlsNotOffered(error);
    case "any-tls-failure":
      return isTlsFailure(error) || isLoginRefused(error);
    case "login-refused":
      return isLoginRefused(error);
  }
}

async function connectBy(
  transport: Transport,
  target: ConnectionTarget,
  settings: ConnectSettings,
): Promise<Connection> {
  const socket = new Socket();
  const client = new Client(clientConfig(transport, target, settings, socket));
  let lost: string | null = null;
  // Without a listener an idle connection that breaks would end the process.
  client.on("error", (error) => {
    lost ??= error.message;
  });
  client.on("end", () => {
    lost ??= "the server closed it";
  });
  withoutStartUpOptions(client);
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  const processId: unknown = Reflect.get(client, "processID");
  const abandon = (because: string): void => {
    lost ??= because;
    socket.destroy();
  };
  return {
    transport,
    claimedPid: typeof processId === "number" ? processId : null,
    lostBecause: () => lost,
    send: (sql, parameters) => send(client, sql, parameters),
    abandon,
    close: () => close(client, socket),
  };
}

function clientConfig(
  transport: Transport,
  target: ConnectionTarget,
  settings: ConnectSettings,
  socket: Socket,
): ClientConfig {
  // Every value is given, because the driver fills gaps from the process environment. No timeouts and no options of the
  // server: the driver sends those at start-up, and pgbouncer refuses them.
  return {
    host: target.host,
    port: target.port,
    user: target.user,
    database: target.database,
    password: settings.password,
    ssl: transport === "tls" ? tlsOptions(target.tls) : false,
    sslnegotiation: "postgres",
    application_name: settings.applicationName,
    connectionTimeoutMillis: target.connectTimeoutMs,
    query_timeout: Math.min(settings.answerTimeoutMs, MOST_DELAY_MS),
    keepAlive: true,
    stream: () => socket,
  };
}

/** The driver takes PGOPTIONS from the process environment and has no setting that stops it. */
function withoutStartUpOptions(client: Client): void {
  const parameters: unknown = Reflect.get(client, "connectionParameters");
  if (typeof parameters === "object" && parameters !== null) Reflect.set(parameters, "options", undefined);
}

async function send(client: Client, text: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
  const query: ExtendedQuery = { text, values: [...parameters], queryMode: "extended" };
  const { rows } = await client.query<Record<string, unknown>>(query);
  return rows;
}

async function close(client: Client, socket: Socket): Promise<void> {
  const limit = setTimeout(() => socket.destroy(), CLOSE_LIMIT_MS);
  try {
    await client.end();
  } catch {
    socket.destroy();
  } finally {
    clearTimeout(limit);
  }
}
