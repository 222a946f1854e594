import { initial } from "./0001-initial.ts";
import { percentiles } from "./0002-percentiles.ts";
import type { Migration } from "./migration.ts";

/** Every migration in order. */
export const MIGRATIONS: readonly Migration[] = [initial, percentiles];
