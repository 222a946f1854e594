import { planRelationLabel } from "../../src/computed/plan-differences.ts";
import { costliestNode, withoutChildren } from "../../src/computed/plan-scans.ts";
import { type StatementLoad, statementEvidence, statementLoads } from "../../src/computed/statement-load.ts";
import {
  defineRule,
  type Evidence,
  type FindingDraft,
  type PlanNode,
  type Severity,
  type StatementPlans,
  type StatementStatistic,
  type Window,
} from "../../src/rule.ts";
import { formatShare } from "../../src/util/units.ts";
import { headlineOf, messageOf, type Slowness } from "./message.ts";

const DML_KINDS: ReadonlySet<string> = new Set(["select", "insert", "update", "delete", "merge"]);
/** With fewer timed calls there is no call in twenty. */
const MIN_TAIL_CALLS = 20;
const DML_WORD = /^\s*\(*\s*(?:select|with|insert|replace|update|delete)\b/i;

export default defineRule({
  meta: {
    id: "slow-statement",
    title: "A statement takes long and weighs in the database's time",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres", "mysql", "mariadb"],
  },
  needs: ["statements"],
  uses: ["plans"],
  thresholds: {
    minMeanMs: {
      default: 100,
      unit: "ms",
      description: "Ignore statements with a shorter mean, unless their p95 reaches `minP95Ms`.",
    },
    minP95Ms: {
      default: 500,
      unit: "ms",
      description: "A statement with a short mean is reported when one call in twenty takes at least this long.",
    },
    minCalls: {
      default: 5,
      unit: "calls",
      description: "Statements that ran less often are reported as information, and only with the critical share.",
    },
    minShare: {
      default: 0.01,
      unit: "share",
      description: "Ignore statements with a smaller share of the database's statement time.",
    },
    criticalMeanMs: {
      default: 1000,
      unit: "ms",
      description: "From this mean on a finding is critical, if the statement is busy.",
    },
    criticalShare: {
      default: 0.5,
      unit: "share",
      description: "From this share on a finding is critical, if the statement is busy.",
    },
    busyShare: {
      default: 0.01,
      unit: "share",
      description: "A statement is busy when it takes this share of each hour of one core.",
    },
  },
  *detect({ artifacts: { statements, plans }, thresholds }) {
    for (const load of statementLoads(statements)) {
      const { item, share, msPerHour } = load;
      if (!isDml(item)) continue;
      // One run is no habit; but what held most of the time has to be named, as information.
      const isSeldom = item.calls < thresholds.minCalls;
      if (isSeldom && share < thresholds.criticalShare) continue;
      const slowness = slownessOf(item, thresholds);
      if (slowness === null || share < thresholds.minShare) continue;
      // Without the window's start nobody can say how busy it is: then it stays a warning.
      const isBusy = msPerHour !== null && msPerHour >= thresholds.busyShare * 3_600_000;
      const isLarge = item.meanMs >= thresholds.criticalMeanMs || share >= thresholds.criticalShare;
      const severity = isSeldom ? "info" : isBusy && isLarge ? "critical" : "warning";
      yield draftOf({ load, slowness, severity, plan: planOf(item, plans), window: statements.window });
    }
  },
});

/** Users wait for the slow calls, not for the mean. */
function slownessOf(
  { calls, meanMs, p95Ms, log }: StatementStatistic,
  limits: { readonly minMeanMs: number; readonly minP95Ms: number },
): Slowness | null {
  if (meanMs >= limits.minMeanMs) return "mean";
  const timed = calls - (log?.untimedCalls ?? 0);
  return p95Ms !== null && p95Ms >= limits.minP95Ms && timed >= MIN_TAIL_CALLS ? "tail" : null;
}

/** The plan that was asked for, else the logged one that took most time. */
function planOf({ fingerprint, log }: StatementStatistic, plans: StatementPlans | null): PlanNode | null {
  const asked = plans?.items.find((plan) => plan.fingerprint === fingerprint);
  if (asked !== undefined) return asked.root;
  const logged = log?.plans.toSorted((a, b) => b.meanMs * b.executions - a.meanMs * a.executions);
  return logged?.[0]?.root ?? null;
}

function isDml({ kind, query }: StatementStatistic): boolean {
  return DML_KINDS.has(kind) || (kind === "unknown" && DML_WORD.test(query));
}

interface Slow {
  readonly load: StatementLoad;
  readonly slowness: Slowness;
  readonly severity: Severity;
  readonly plan: PlanNode | null;
  readonly window: Window;
}

function draftOf({ load, slowness, severity, plan, window }: Slow): FindingDraft {
  const { item, msPerHour } = load;
  return {
    subject: { kind: "statement", fingerprint: item.fingerprint, query: item.query },
    severity,
    confidence: "measured",
    headline: headlineOf(load, slowness, window),
    message: messageOf(load, window),
    evidence: evidenceOf(load, plan, window),
    savesMsPerHour: msPerHour,
    recommendations: [
      { action: { kind: "advice" }, summary: adviceOf(slowness, plan), verified: "estimate", risks: [] },
    ],
    topics: [`statement:${item.fingerprint}`],
  };
}

function evidenceOf(load: StatementLoad, plan: PlanNode | null, window: Window): readonly Evidence[] {
  const { fingerprint, log } = load.item;
  const costliest = plan === null ? null : costliestNode(plan);
  const evidence: Evidence[] = [statementEvidence(load)];
  if (costliest !== null) evidence.push({ kind: "plan-node", fingerprint, node: withoutChildren(costliest.node) });
  const [lockMs, rowsExamined, untimedCalls] = [log?.lockMs ?? null, log?.rowsExamined ?? null, log?.untimedCalls ?? 0];
  const source = "log";
  if (lockMs !== null) {
    evidence.push({ kind: "metric", name: "waited for locks in all", value: lockMs, unit: "ms", source });
  }
  if (rowsExamined !== null) {
    evidence.push({ kind: "metric", name: "rows examined in all", value: rowsExamined, unit: "rows", source });
  }
  if (untimedCalls > 0) {
    evidence.push({ kind: "metric", name: "calls without a duration", value: untimedCalls, unit: "calls", source });
  }
  if (window.kind === "log") {
    evidence.push({
      kind: "note",
      text: "Calls, mean, percentiles and shares are those of the log, which holds slow executions alone where the server is set so (log_min_duration_statement, long_query_time).",
    });
  }
  return evidence;
}

function adviceOf(slowness: Slowness, plan: PlanNode | null): string {
  const costliest = plan === null ? null : costliestNode(plan);
  if (costliest !== null) {
    const where = `${nodeLabel(costliest.node)} has ${formatShare(costliest.exclusiveShare)} of the planner's cost`;
    return slowness === "mean"
      ? `Look at its plan: ${where}.`
      : `Compare its slow calls with the others (parameters, waits for locks, plan): ${where}.`;
  }
  return slowness === "mean"
    ? "Look at its plan with `explain`, under values that it really runs with."
    : "Compare its slow calls with the others: their parameters, their waits for locks, their plan with `explain`.";
}

function nodeLabel({ native, relation }: PlanNode): string {
  return relation === null ? native : `${native} on ${planRelationLabel(relation)}`;
}
