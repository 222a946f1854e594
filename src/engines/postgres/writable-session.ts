import type { WritableSession } from "../engine.ts";
import type { Connection } from "./connect.ts";

/** A session that runs what it is given, each statement on its own; `role` is taken on for its whole life. */
export async function writableSession(connection: Connection, role: string | null): Promise<WritableSession> {
  if (role !== null) await connection.send("select set_config('role', $1, false)", [role]);
  return {
    execute: (sql, parameters = []) => connection.send(sql, parameters),
    close: () => connection.close(),
  };
}
