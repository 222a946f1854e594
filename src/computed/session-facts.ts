import type { DatabaseSession } from "../model/contention.ts";
import type { Evidence } from "../model/finding.ts";
import { formatSeconds } from "../util/units.ts";

const QUERY_WIDTH = 80;

export function isIdleInTransaction(session: DatabaseSession): boolean {
  return session.state === "idle-in-transaction" || session.state === "idle-in-transaction-aborted";
}

/** `pid 8841 (billing-worker)`; pid 0 is a prepared transaction. */
export function sessionName(pid: number, session: DatabaseSession | null): string {
  if (pid === 0) return "a prepared transaction";
  const owner = session?.application || session?.user || null;
  return owner === null ? `pid ${pid}` : `pid ${pid} (${owner})`;
}

/** What the session does: `idle in transaction for 43 s after update invoices set …`; empty where it may not be seen. */
export function sessionActivity(session: DatabaseSession | null): string {
  if (session === null) return "";
  const text = session.query === null ? "" : shortQuery(session.query);
  if (isIdleInTransaction(session)) {
    const state = session.state === "idle-in-transaction" ? "idle in transaction" : "idle in a failed transaction";
    return join(`${state}${since(session.stateSeconds)}`, text === "" ? "" : `after ${text}`);
  }
  if (session.state === "active")
    return join(`active${since(session.querySeconds)}`, text === "" ? "" : `with ${text}`);
  return session.state === "unknown" ? "" : session.state;
}

export function sessionEvidence(session: DatabaseSession): Evidence {
  const { pid, user, application, client, state, query } = session;
  const seconds = state === "active" ? session.querySeconds : session.stateSeconds;
  return { kind: "session", pid, user, application, client, state, seconds, query };
}

/** A statement on one line, cut to 80 characters. */
function shortQuery(query: string): string {
  const line = query.replace(/\s+/g, " ").trim();
  return line.length <= QUERY_WIDTH ? line : `${line.slice(0, QUERY_WIDTH - 1).trimEnd()}…`;
}

function since(seconds: number | null): string {
  return seconds === null ? "" : ` for ${formatSeconds(seconds)}`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
