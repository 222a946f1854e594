import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { isCallable, property } from "./untyped.ts";

/** Under this symbol the watched source finds the probe. */
const CALLBACK = "dbperf.postgres.query";

const HOOK_VARIABLE = "DBPERF_RUN_HOOKS";

/** `postgres` is the one driver that is no CommonJS inside: its query class is handed over by a line at its end. */
const HOOKS = `export async function load(url, context, nextLoad) {
  const result = await nextLoad(url, context);
  if (!url.endsWith("/postgres/src/query.js") || result.source == null) return result;
  const source = typeof result.source === "string" ? result.source : new TextDecoder().decode(result.source);
  return { ...result, source: source + "\\n;globalThis[Symbol.for('${CALLBACK}')]?.(Query);\\n" };
}`;

/**
 * Watches the ESM build of `postgres`. Hooks cost a thread, so that they are set only where the package can be found
 * from one of `folders`.
 */
export function watchPostgresModule(folders: readonly string[], onLoad: (Query: unknown) => void): void {
  if (!folders.some(hasPostgres)) return;
  Reflect.set(globalThis, Symbol.for(CALLBACK), onLoad);
  const register = property(Module, "register");
  if (!isCallable(register)) return;
  process.env[HOOK_VARIABLE] = "1";
  try {
    Reflect.apply(register, Module, [`data:text/javascript,${encodeURIComponent(HOOKS)}`]);
  } finally {
    delete process.env[HOOK_VARIABLE];
  }
}

/** Whether this is the thread in which hooks run: it starts while `register` waits for it, and loads us as well. */
export function isHookThread(): boolean {
  return process.env[HOOK_VARIABLE] !== undefined;
}

function hasPostgres(folder: string): boolean {
  try {
    createRequire(join(folder, "x.js")).resolve("postgres");
    return true;
  } catch {
    return false;
  }
}
