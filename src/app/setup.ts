import type { SetupHost } from "../engines/engine.ts";
import { engines } from "../engines/index.ts";

export interface SetupOptions {
  readonly host: string;
  readonly role: string;
  readonly database: string;
}

/** Every host that `dbperf setup` knows. */
export function setupHosts(): readonly SetupHost[] {
  return engines.flatMap((engine) => engine.setupHosts);
}

/** The script that makes a least-privilege role on a host, or null where the host is not known. */
export function setupScript({ host, role, database }: SetupOptions): string | null {
  return (
    setupHosts()
      .find(({ id }) => id === host)
      ?.script({ role, database }) ?? null
  );
}
