import type { Engine } from "./engine.ts";
import { postgres } from "./postgres/index.ts";

/** Every engine that dbperf knows. */
export const engines: readonly Engine[] = [postgres];
