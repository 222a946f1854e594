import { setFlagsFromString } from "node:v8";

const TIERING_FLAGS = ["wasm-dynamic-tiering", "wasm-tier-up"] as const;

/**
 * Runs while V8 makes no optimized code of WebAssembly: large modules cost more to optimize than they are used for
 * (Node 20 to 24 know these flags; a later one may ignore them).
 */
export function withoutTiering<T>(run: () => T): T {
  setTiering(false);
  try {
    return run();
  } finally {
    setTiering(true);
  }
}

/** The same for what is awaited; other work that runs meanwhile is not optimized either. */
export async function withoutTieringAsync<T>(run: () => Promise<T>): Promise<T> {
  setTiering(false);
  try {
    return await run();
  } finally {
    setTiering(true);
  }
}

function setTiering(isOn: boolean): void {
  for (const flag of TIERING_FLAGS) setFlagsFromString(`--${isOn ? "" : "no-"}${flag}`);
}
