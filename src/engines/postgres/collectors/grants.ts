import { quoteIdentifier } from "../../../sql/identifiers.ts";
import type { PostgresSession } from "../session.ts";

/** The line that lets the session's role see other sessions and all statement texts. */
export function grantMonitor(session: Pick<PostgresSession, "target">): string {
  return `grant pg_monitor to ${quoteIdentifier(session.target.user)};`;
}
