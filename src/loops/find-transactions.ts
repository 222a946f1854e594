import type { ScopeExecution } from "./scope-execution.ts";

/** An explicit transaction of one session, from its first statement's beginning to the end of its last. */
export interface FoundTransaction {
  readonly statements: readonly ScopeExecution[];
  readonly startMs: number;
  readonly endMs: number;
  /** Time in which none of its statements ran. */
  readonly idleMs: number;
}

/** Explicit transactions among the executions of one scope, sorted by their start; sessions have to be known. */
export function findTransactions(executions: readonly ScopeExecution[]): FoundTransaction[] {
  const open = new Map<string, ScopeExecution[]>();
  const found: FoundTransaction[] = [];
  for (const execution of executions) {
    const { session, kind } = execution;
    if (session === null) continue;
    const own = open.get(session);
    if (kind === "begin") open.set(session, [execution]);
    else own?.push(execution);
    if (kind !== "end" || own === undefined) continue;
    open.delete(session);
    found.push(transactionOf(own));
  }
  return found;
}

function transactionOf(own: readonly ScopeExecution[]): FoundTransaction {
  const startMs = own[0]?.startMs ?? 0;
  const endMs = own.reduce((latest, execution) => Math.max(latest, execution.endMs), startMs);
  const busyMs = own.reduce((sum, execution) => sum + execution.endMs - execution.startMs, 0);
  const statements = own.filter(({ kind }) => kind !== "begin" && kind !== "end");
  return { statements, startMs, endMs, idleMs: Math.max(0, endMs - startMs - busyMs) };
}
