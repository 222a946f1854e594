import { timeWords } from "../../src/computed/occurrences.ts";
import { differenceLabel, type PlanDifference } from "../../src/computed/plan-differences.ts";
import { costliestNode, withoutChildren } from "../../src/computed/plan-scans.ts";
import { type StatementLoad, statementEvidence } from "../../src/computed/statement-load.ts";
import type { Evidence, LoggedPlan, StatementStatistic } from "../../src/rule.ts";
import { formatCount, formatMs, formatShare } from "../../src/util/units.ts";
import type { PlanPair } from "./plan-pairs.ts";

/** From this share of the calls on, the logged executions stand for all. */
const MIN_LOGGED = 0.9;

/** Whether nearly all calls have a logged plan: auto_explain may log slow ones, or a sample, alone. */
export function isMostlyLogged({ calls, log }: StatementStatistic): boolean {
  return loggedExecutions(log?.plans ?? []) >= MIN_LOGGED * calls;
}

/** `from 2026-11-23 02:00 to 05:00 UTC`. */
export function periodText({ firstAt, lastAt }: LoggedPlan): string {
  return timeWords({ firstAt, lastAt });
}

/** The statement, both plans with the node that the planner finds costliest, and what differs. */
export function pairEvidence(
  load: StatementLoad,
  { before, after }: PlanPair,
  differences: readonly PlanDifference[],
): readonly Evidence[] {
  const { item } = load;
  const logged = loggedExecutions(item.log?.plans ?? []);
  return [
    statementEvidence(load),
    ...planEvidence("faster", before, item.fingerprint),
    ...planEvidence("slower", after, item.fingerprint),
    ...differences.map((difference) => note(`Differs: ${differenceLabel(difference)}.`)),
    ...(isMostlyLogged(item)
      ? []
      : [
          note(
            `auto_explain logged ${formatCount(logged)} of ${formatCount(item.calls)} calls (its least duration, or a sample): the means are those of these.`,
          ),
        ]),
  ];
}

function planEvidence(name: string, plan: LoggedPlan, fingerprint: string): Evidence[] {
  const { shape, executions, meanMs, maxMs, root } = plan;
  const costliest = costliestNode(root);
  const numbers = `${formatCount(executions)} executions ${periodText(plan)}, mean ${formatMs(meanMs)}, longest ${formatMs(maxMs)}`;
  if (costliest === null) return [note(`The ${name} plan (${shape}): ${numbers}.`)];
  const share = formatShare(costliest.exclusiveShare);
  return [
    note(`The ${name} plan (${shape}): ${numbers}; the node that follows has ${share} of the planner's cost.`),
    { kind: "plan-node", fingerprint, node: withoutChildren(costliest.node) },
  ];
}

function loggedExecutions(plans: readonly LoggedPlan[]): number {
  return plans.reduce((sum, { executions }) => sum + executions, 0);
}

function note(text: string): Evidence {
  return { kind: "note", text };
}
