import type { CaptureNotice } from "../../model/server.ts";
import { isLocalHost, type Transport } from "./tls.ts";

export interface SessionTraits {
  readonly majorVersion: number;
  /** The role that dbperf runs as where that is a superuser, else null. */
  readonly superuser: string | null;
  readonly pooler: string | null;
  readonly transport: Transport;
  readonly host: string;
}

const NEWEST_KNOWN_MAJOR = 18;

/** What the reader of a report should know about the session. */
export function sessionNotices({ majorVersion, superuser, pooler, transport, host }: SessionTraits): CaptureNotice[] {
  const notices: CaptureNotice[] = [];
  if (majorVersion > NEWEST_KNOWN_MAJOR) {
    const message = `PostgreSQL ${majorVersion} is newer than this dbperf knows (${NEWEST_KNOWN_MAJOR}); what it does not know of it is left out.`;
    notices.push({ code: "newer-major", message });
  }
  if (superuser !== null) {
    const message = `${superuser} is a superuser; dbperf needs only pg_monitor and CONNECT (dbperf setup prints such a role).`;
    notices.push({ code: "superuser", message });
  }
  if (pooler !== null) {
    const message = `A connection pooler (${pooler}) stands between dbperf and the server; sessions show its connections, not those of your program.`;
    notices.push({ code: "pooler", message });
  }
  if (transport === "plain" && !isLocalHost(host)) {
    const message = `The connection to ${host} is not encrypted; use sslmode=verify-full where the network between is not trusted.`;
    notices.push({ code: "plaintext", message });
  }
  return notices;
}
