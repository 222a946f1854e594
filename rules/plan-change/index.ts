import { windowSeconds } from "../../src/computed/occurrences.ts";
import { differenceLabel, planDifferences } from "../../src/computed/plan-differences.ts";
import { type StatementLoad, statementLoads } from "../../src/computed/statement-load.ts";
import { type Confidence, defineRule, type FindingDraft, type Severity } from "../../src/rule.ts";
import { formatCount, formatMs } from "../../src/util/units.ts";
import { type Catalogue, changeAdvice } from "./advice.ts";
import { isMostlyLogged, pairEvidence, periodText } from "./evidence.ts";
import { type PlanChange, type PlanPair, worstAlternation, worstChange } from "./plan-pairs.ts";

const MAX_DIFFERENCES = 3;

export default defineRule({
  meta: {
    id: "plan-change",
    title: "A statement got slower when its plan changed",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
    explains: ["slow-statement"],
  },
  needs: ["statements"],
  uses: ["tables", "indexes", "databaseCounters"],
  thresholds: {
    minFactor: {
      default: 2,
      unit: "count",
      description: "Ignore changes after which the mean is a smaller multiple of the one before.",
    },
    minExecutions: { default: 5, unit: "calls", description: "Ignore plans with fewer logged executions." },
    minLostMs: {
      default: 10_000,
      unit: "ms",
      description: "Ignore slower plans whose executions together took less time beyond the faster plan's mean.",
    },
    criticalMsPerHour: {
      default: 360_000,
      unit: "ms",
      description: "Critical when the later plan loses so much in each hour from its first execution on.",
    },
    minAlternatingFactor: {
      default: 10,
      unit: "count",
      description: "Plans in use over the same time are reported, as information, from this multiple of the mean on.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { window } = artifacts.statements;
    // Counters since a reset cover another time than the log that has the plans.
    const hours = window.kind === "log" ? (windowSeconds(window) ?? 0) / 3600 : 0;
    for (const load of statementLoads(artifacts.statements)) {
      const plans = load.item.log?.plans ?? [];
      const change = worstChange(plans, thresholds.minFactor, thresholds);
      const pair = change ?? worstAlternation(plans, thresholds.minAlternatingFactor, thresholds);
      if (pair === null) continue;
      // The catalogue that was read is that of one database; the log may have several.
      const isOwn = artifacts.databaseCounters?.database === load.item.database;
      const catalogue = isOwn ? artifacts : { tables: null, indexes: null };
      const severity = change === null ? "info" : severityOf(change, window.to, thresholds);
      yield draftOf({ load, pair, change, severity, catalogue, hours });
    }
  },
});

function severityOf(change: PlanChange, to: string, limits: { readonly criticalMsPerHour: number }): Severity {
  if (change.replacedBy !== null) return "info";
  // A plan of minutes says nothing about an hour: it counts as one.
  const hours = Math.max(1, (Date.parse(to) - Date.parse(change.after.firstAt)) / 3_600_000);
  return change.lostMs / hours >= limits.criticalMsPerHour ? "critical" : "warning";
}

interface Found {
  readonly load: StatementLoad;
  readonly pair: PlanPair;
  /** Null where the plans alternate. */
  readonly change: PlanChange | null;
  readonly severity: Severity;
  readonly catalogue: Catalogue;
  /** Length of the log, 0 where it is unknown. */
  readonly hours: number;
}

function draftOf({ load, pair, change, severity, catalogue, hours }: Found): FindingDraft {
  const { fingerprint, query } = load.item;
  const { before, after, factor, lostMs } = pair;
  const differences = planDifferences(before.root, after.root);
  const confidence: Confidence = isMostlyLogged(load.item) ? "measured" : "estimated";
  const times = formatCount(factor);
  return {
    subject: { kind: "statement", fingerprint, query },
    severity,
    confidence,
    headline:
      change === null
        ? `A statement runs with two plans in turn, and one of them takes ${times} times as long.`
        : `A statement takes ${times} times as long since its plan changed: ${formatMs(after.meanMs)} instead of ${formatMs(before.meanMs)}.`,
    message: `${storyOf(pair, change)} ${differenceText(differences.map(differenceLabel))}`,
    evidence: pairEvidence(load, pair, differences),
    savesMsPerHour: hours > 0 ? lostMs / hours : null,
    recommendations: changeAdvice(pair, differences, catalogue, change === null),
    // As information it takes no other finding in: that one says more.
    topics: severity === "info" ? [`plans:${fingerprint}`] : [`statement:${fingerprint}`],
  };
}

function storyOf({ before, after, lostMs }: PlanPair, change: PlanChange | null): string {
  const plan = ({ executions, meanMs }: PlanPair["before"]) =>
    `${formatCount(executions)} executions, mean ${formatMs(meanMs)}`;
  if (change === null) {
    return (
      `Over the same time it ran with both plans (${plan(before)}; ${plan(after)}): ` +
      "the plan depends on the parameters, on a generic plan that some sessions use, or on settings."
    );
  }
  const over =
    change.replacedBy === null
      ? ""
      : ` It is over: ${periodText(change.replacedBy)} a third plan ran, mean ${formatMs(change.replacedBy.meanMs)}.`;
  return (
    `${capitalised(periodText(before))} it ran with another plan (${plan(before)}) than ${periodText(after)} (${plan(after)}), ` +
    `which lost ${formatMs(lostMs)}.${over}`
  );
}

function differenceText(labels: readonly string[]): string {
  if (labels.length === 0) return "The plans differ in how their steps hang together.";
  const rest = labels.length - MAX_DIFFERENCES;
  return `The slower plan has: ${labels.slice(0, MAX_DIFFERENCES).join("; ")}${rest > 0 ? `; and ${rest} more` : ""}.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
