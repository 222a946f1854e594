import type { ScopeClass } from "../../model/query-loop.ts";

/** Scopes and executions that were looked at, by the class of the scope. */
export type LookedAt = Readonly<Record<Exclude<ScopeClass, "aggregate">, { scopes: number; executions: number }>>;
