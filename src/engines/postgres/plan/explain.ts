import type { PlanNode, PlanRepair } from "../../../model/plan.ts";
import { isConnectionLost } from "../errors.ts";
import type { PostgresSession, Query, Row } from "../session.ts";
import { childrenOf, type NormalizeOptions, normalizePlan, planOf } from "./normalize.ts";
import { type PreparableText, prepareText } from "./prepare-text.ts";

export type ExplainOutcome =
  | {
      readonly status: "planned";
      readonly root: PlanNode;
      readonly source: "explain" | "explain-generic";
      readonly repairs: readonly PlanRepair[];
    }
  /** `error` is the server's answer; null: the text is not one statement that EXPLAIN takes, or it has no plan. */
  | { readonly status: "refused"; readonly error: ServerError | null };

/** An error with a SQLSTATE after which the session lives on. */
export interface ServerError extends Error {
  readonly code: string;
}

const NAME = "dbperf_explain";

/**
 * Plans a normalised statement, as pg_stat_statements stores it, for unknown parameters. The statement is never run.
 * Throws only where the session is lost.
 */
export async function explainStatement(
  session: Pick<PostgresSession, "transaction">,
  stored: string,
  options: NormalizeOptions,
): Promise<ExplainOutcome> {
  const prepared = prepareText(stored);
  if (prepared === null) return { status: "refused", error: null };
  try {
    const plan = await session.transaction((query) => explainPrepared(query, prepared));
    if (plan === null) return { status: "refused", error: null };
    return {
      status: "planned",
      root: normalizePlan([{ Plan: plan }], options),
      source: prepared.parameterCount === 0 ? "explain" : "explain-generic",
      repairs: prepared.repairs,
    };
  } catch (error) {
    if (isServerError(error)) return { status: "refused", error };
    throw error;
  }
}

/** A prepared statement outlives the rollback, so that it is always dropped, after a failure too. */
async function explainPrepared(query: Query, prepared: PreparableText): Promise<Row | null> {
  await query("set local plan_cache_mode = force_generic_plan");
  await query(`savepoint ${NAME}`);
  let isPrepared = false;
  try {
    await query(`prepare ${NAME}${parameterTypes(prepared)} as ${prepared.text}`);
    isPrepared = true;
    const plain = await explain(query, prepared, "off");
    const verbose = plain === null ? null : await explain(query, prepared, "on");
    return plain === null || verbose === null ? plain : withSchemas(plain, verbose);
  } catch (error) {
    await query(`rollback to savepoint ${NAME}`);
    throw error;
  } finally {
    if (isPrepared) await query(`deallocate ${NAME}`);
  }
}

async function explain(query: Query, { parameterCount }: PreparableText, verbose: "on" | "off"): Promise<Row | null> {
  const values = Array.from({ length: parameterCount }, () => "null").join(", ");
  const execute = `execute ${NAME}${parameterCount === 0 ? "" : `(${values})`}`;
  const [row] = await query(`explain (format json, verbose ${verbose}, costs on) ${execute}`);
  return planOf(row?.["QUERY PLAN"]);
}

/** Types are inferred; only a number that the text does not use needs one. */
function parameterTypes({ parameterCount, unused }: PreparableText): string {
  if (unused.length === 0) return "";
  const types = Array.from({ length: parameterCount }, (_, index) => (unused.includes(index + 1) ? "text" : "unknown"));
  return ` (${types.join(", ")})`;
}

/** Conditions read best from the plain plan; only the verbose one, of the same cached plan, names schemas. */
function withSchemas(plain: Row, verbose: Row): Row {
  const others = childrenOf(verbose);
  const children = childrenOf(plain).map((child, index) => {
    const other = others[index];
    return other === undefined ? child : withSchemas(child, other);
  });
  const schema = verbose["Schema"];
  return {
    ...plain,
    ...(schema === undefined ? {} : { Schema: schema }),
    ...(children.length === 0 ? {} : { Plans: children }),
  };
}

function isServerError(error: unknown): error is ServerError {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return /^[0-9A-Z]{5}$/.test(error.code) && !isConnectionLost(error);
}
