import { costliestNode, withoutChildren } from "../../src/computed/plan-scans.ts";
import { relationLabel } from "../../src/computed/relations.ts";
import { type StatementLoad, statementEvidence, statementLoads } from "../../src/computed/statement-load.ts";
import {
  defineRule,
  type Evidence,
  type FindingDraft,
  type PlanNode,
  type Severity,
  type StatementPlan,
  type StatementStatistic,
} from "../../src/rule.ts";
import { formatCount, formatMs, formatShare } from "../../src/util/units.ts";

const DML_KINDS: ReadonlySet<string> = new Set(["select", "insert", "update", "delete", "merge"]);
const DML_WORD = /^\s*\(*\s*(?:select|with|insert|update|delete)\b/i;

export default defineRule({
  meta: {
    id: "slow-statement",
    title: "A statement takes long and weighs in the database's time",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["statements"],
  uses: ["plans"],
  thresholds: {
    minMeanMs: { default: 100, unit: "ms", description: "Ignore statements with a shorter mean." },
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
  *detect({ artifacts, thresholds }) {
    for (const load of statementLoads(artifacts.statements)) {
      const { item, share, msPerHour } = load;
      if (!isDml(item)) continue;
      // One run is no habit; but what held most of the time has to be named, as information.
      const isSeldom = item.calls < thresholds.minCalls;
      if (isSeldom && share < thresholds.criticalShare) continue;
      if (item.meanMs < thresholds.minMeanMs || share < thresholds.minShare) continue;
      // Without the window's start nobody can say how busy it is: then it stays a warning.
      const isBusy = msPerHour !== null && msPerHour >= thresholds.busyShare * 3_600_000;
      const isLarge = item.meanMs >= thresholds.criticalMeanMs || share >= thresholds.criticalShare;
      const plan = artifacts.plans?.items.find(({ fingerprint }) => fingerprint === item.fingerprint) ?? null;
      yield draftOf(load, plan, isSeldom ? "info" : isBusy && isLarge ? "critical" : "warning");
    }
  },
});

function isDml({ kind, query }: StatementStatistic): boolean {
  return DML_KINDS.has(kind) || (kind === "unknown" && DML_WORD.test(query));
}

function draftOf(load: StatementLoad, plan: StatementPlan | null, severity: Severity): FindingDraft {
  const { item, share, msPerHour } = load;
  const costliest = plan === null ? null : costliestNode(plan.root);
  const evidence: Evidence[] = [statementEvidence(load)];
  if (costliest !== null) {
    evidence.push({ kind: "plan-node", fingerprint: item.fingerprint, node: withoutChildren(costliest.node) });
  }
  const where =
    costliest === null
      ? "Look at its plan with `explain`, under values that it really runs with."
      : `Look at its plan: ${nodeLabel(costliest.node)} has ${formatShare(costliest.exclusiveShare)} of the planner's cost.`;
  return {
    subject: { kind: "statement", fingerprint: item.fingerprint, query: item.query },
    severity,
    confidence: "measured",
    headline: `One statement takes ${formatMs(item.meanMs)} on average and ${formatShare(share)} of all statement time.`,
    message: messageOf(load),
    evidence,
    savesMsPerHour: msPerHour,
    recommendations: [{ action: { kind: "advice" }, summary: where, verified: "estimate", risks: [] }],
    topics: [`statement:${item.fingerprint}`],
  };
}

function messageOf({ item, share, callsPerHour }: StatementLoad): string {
  const rate = callsPerHour === null ? "" : ` (${formatCount(callsPerHour)} calls/h)`;
  const longest = item.maxMs === null ? "" : `, longest ${formatMs(item.maxMs)}`;
  const percentile = item.p95Ms === null ? "mean only, percentiles are not known" : `p95 ${formatMs(item.p95Ms)}`;
  return (
    `${formatCount(item.calls)} calls${rate}, mean ${formatMs(item.meanMs)}${longest}, ` +
    `${formatShare(share)} of the database's statement time; ${percentile}.`
  );
}

function nodeLabel({ native, relation }: PlanNode): string {
  return relation === null ? native : `${native} on ${relationLabel(relation)}`;
}
