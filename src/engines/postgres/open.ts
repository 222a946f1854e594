import { dbperfError } from "../../errors/index.ts";
import type { Target } from "../../model/primitives.ts";
import { loadSqlParser } from "../../sql/parser.ts";
import type { ConnectOptions, OpenEngine, TargetSpec, WritableSession } from "../engine.ts";
import { collectors } from "./collectors/index.ts";
import { connect } from "./connect.ts";
import { connectError, roleError } from "./errors.ts";
import { passwordSource } from "./password.ts";
import { PgSession } from "./pg-session.ts";
import { runCollectors } from "./run-collectors.ts";
import { type ConnectionTarget, resolveTarget } from "./target.ts";
import { writableSession } from "./writable-session.ts";

const APPLICATION_NAME = "dbperf";

/** How much longer than the server's own limit the driver waits before it gives the connection up. */
const ANSWER_GRACE_MS = 10_000;

/** Opens a session and hands out the collectors that know it. */
export async function open(spec: TargetSpec, options: ConnectOptions): Promise<OpenEngine> {
  const session = await openSession(spec, options);
  return {
    session,
    collect: async (context, onProgress) => {
      await loadSqlParser();
      return runCollectors(collectors, session, context, onProgress);
    },
  };
}

/** Opens a read-only session. Throws DbperfError where there is none. */
export async function openSession(spec: TargetSpec, options: ConnectOptions): Promise<PgSession> {
  const target = resolveTarget(spec, options.environment);
  const password = await passwordSource(spec, target, options.environment);
  const { statementTimeoutMs } = options;
  const answerTimeoutMs = statementTimeoutMs + ANSWER_GRACE_MS;
  const connection = await connect(target, { applicationName: APPLICATION_NAME, password, answerTimeoutMs });
  return PgSession.open(connection, {
    target: publicTarget(target, spec.name),
    statementTimeoutMs,
    role: spec.role,
  });
}

/** Opens a session that may write; throws usage unless the target says that it is writable. */
export async function openWritable(spec: TargetSpec, options: ConnectOptions): Promise<WritableSession> {
  if (!spec.writable) {
    const problem = `The target ${spec.name ?? "of the command line"} is not declared writable.`;
    throw dbperfError("usage", { problem, command: "" });
  }
  const target = resolveTarget(spec, options.environment);
  const password = await passwordSource(spec, target, options.environment);
  const applicationName = target.applicationName ?? APPLICATION_NAME;
  // The driver's own limit: a timeout set for the session would stay behind in a pooler's connection.
  const answerTimeoutMs = options.statementTimeoutMs + ANSWER_GRACE_MS;
  const connection = await connect(target, { applicationName, password, answerTimeoutMs });
  try {
    return await writableSession(connection, spec.role);
  } catch (error) {
    await connection.close();
    const refused = spec.role === null ? null : roleError(error, target.user, spec.role);
    throw refused ?? connectError(error, { ...target, transport: connection.transport });
  }
}

/** Without password and files. */
function publicTarget({ host, port, database, user }: ConnectionTarget, name: string | null): Target {
  return { engine: "postgres", host, port, database, user, name };
}
