import type { ArtifactResult } from "../../../model/artifact.ts";
import type { StatementPlan, StatementPlans } from "../../../model/plan.ts";
import type { Int8Text } from "../../../model/primitives.ts";
import type { StatementStatistic } from "../../../model/statement.ts";
import { absent, type CollectContext, present } from "../../engine.ts";
import { explainStatement } from "../plan/explain.ts";
import { isExplainable } from "../plan/prepare-text.ts";
import type { PostgresSession } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { grantMonitor } from "./grants.ts";
import { planGaps, type Refusal } from "./plan-gaps.ts";
import { findStatementExtension } from "./statement-extension.ts";
import { textFromRow, textsSql } from "./statements.ts";

export const plans = defineCollector({
  artifact: "plans",
  hint: grantMonitor,
  async collect(session, context): Promise<ArtifactResult<StatementPlans>> {
    if (context.explainTop === 0) return absent("not-requested", "plans were not asked for");
    const { statements } = context.collected;
    if (statements?.status !== "present") {
      return statements ?? absent("not-requested", "plans need the statement statistics");
    }
    const chosen = topStatements(statements.value.items, session.target.database, context.explainTop);
    return explainAll(session, context, chosen);
  },
});

/** The statements of one database with the most time that EXPLAIN takes. */
function topStatements(
  items: readonly StatementStatistic[],
  database: string,
  count: number,
): readonly StatementStatistic[] {
  return items
    .filter((item) => item.database === database && isExplainable(item.kind))
    .sort((a, b) => b.totalMs - a.totalMs)
    .slice(0, count);
}

async function explainAll(
  session: PostgresSession,
  context: CollectContext,
  chosen: readonly StatementStatistic[],
): Promise<ArtifactResult<StatementPlans>> {
  const texts = await readStoredTexts(session, chosen);
  const items: StatementPlan[] = [];
  const refusals: Refusal[] = [];
  for (const { fingerprint, kind, queryIds } of chosen) {
    const stored = queryIds.map((id) => texts.get(id)).find((text) => text !== undefined);
    const outcome =
      stored === undefined
        ? { status: "refused" as const, error: null }
        : await explainStatement(session, stored, { keepLiterals: context.keepLiterals });
    if (outcome.status === "refused") refusals.push({ kind, error: outcome.error });
    else items.push({ fingerprint, root: outcome.root, source: outcome.source, repairs: outcome.repairs });
  }
  const { tables } = context.collected;
  const known = tables?.status === "present" ? tables.value : [];
  const gaps = planGaps(refusals, session.target.user, known);
  return present({ requested: chosen.length, items }, "explain (format json) execute", gaps);
}

/** Texts as the server has them: the captured ones are redacted and would not parse everywhere. */
async function readStoredTexts(
  session: PostgresSession,
  chosen: readonly StatementStatistic[],
): Promise<ReadonlyMap<Int8Text, string>> {
  const ids = chosen.flatMap(({ queryIds }) => queryIds);
  if (ids.length === 0) return new Map();
  const { schema } = await findStatementExtension(session);
  const rows = await session.read(textsSql(schema), [ids], textFromRow);
  return new Map(rows.map(({ id, query }) => [id, query]));
}
