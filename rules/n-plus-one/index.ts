import { aggregateLoops } from "../../src/computed/aggregate-loops.ts";
import { batchedStatement } from "../../src/computed/loop-batch.ts";
import { loopDialect } from "../../src/computed/loop-clauses.ts";
import { loopTarget } from "../../src/computed/loop-conditions.ts";
import { CONFIDENCE, type HeavyLimits, isHeavy, passesGate, perHour } from "../../src/computed/loop-cost.ts";
import { loopEvidence, loopInstances, loopSubject, loopTopics, note } from "../../src/computed/loop-evidence.ts";
import { foreignKeyLabel, loopForeignKey } from "../../src/computed/loop-foreign-key.ts";
import {
  defineRule,
  type FindingDraft,
  type QueryLoop,
  type Severity,
  type StatementStatistics,
} from "../../src/rule.ts";
import { type LoopAdvice, loopAdvice } from "./advice.ts";
import { headlineOf, messageOf } from "./message.ts";

export default defineRule({
  meta: {
    id: "n-plus-one",
    title: "A loop looks up row by row what one statement would read",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres", "mysql", "mariadb"],
    explains: ["slow-statement", "chatty-transaction"],
  },
  needs: ["queryLoops"],
  uses: ["statements", "constraints", "databaseCounters", "log"],
  hintsFrom: ["statements", "constraints"],
  thresholds: {
    minRepeats: {
      default: 5,
      unit: "count",
      description: "Loops with fewer repeats in their longest run are ignored.",
    },
    minLossMs: {
      default: 10,
      unit: "ms",
      description:
        "Loops whose saved statements took less over all runs (a round trip each included) are ignored, unless a trace shows them.",
    },
    roundTripMs: {
      default: 0.5,
      unit: "ms",
      description: "What one statement costs beside its time in the database.",
    },
    criticalRepeats: {
      default: 200,
      unit: "count",
      description: "Critical when one run repeats a statement so often.",
    },
    criticalShare: {
      default: 0.3,
      unit: "share",
      description: "Critical when the repeats hold this share of all statement time, if they are long and busy.",
    },
    criticalMs: {
      default: 10_000,
      unit: "ms",
      description: "Repeats are long when they take this much in the window.",
    },
    busyShare: {
      default: 0.01,
      unit: "share",
      description: "Repeats are busy when they take this share of each hour of one core.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { queryLoops, statements, constraints, databaseCounters, log } = artifacts;
    const hints =
      statements === null || constraints === null
        ? []
        : aggregateLoops(statements, constraints, databaseCounters?.database ?? null);
    for (const loop of withHints(queryLoops?.loops ?? [], hints)) {
      if (loop.kind !== "n-plus-one" || !passesGate(loop, thresholds)) continue;
      const severity = severityOf(loop, statements, thresholds);
      const [first] = loop.repeated;
      const subject = loopSubject(loop.repeated, loop);
      if (first === undefined || subject === null) continue;
      const target = loopTarget(first.query);
      const source = loop.source === null ? null : loopTarget(loop.source.query);
      const foreignKey = loopForeignKey(constraints ?? [], target, source);
      const dialect = loopDialect(first.query, log?.engine ?? null);
      yield draftOf(loop, statements, subject, severity, {
        loop,
        target,
        foreignKey: foreignKey === null ? null : foreignKeyLabel(foreignKey),
        batch: loop.repeated.length === 1 ? batchedStatement(first.query, dialect) : null,
      });
    }
  },
});

/** A hint is left out where the order of statements shows how the same look-up is repeated. */
function withHints(seen: readonly QueryLoop[], hints: readonly QueryLoop[]): readonly QueryLoop[] {
  const known = new Set(seen.flatMap(({ repeated }) => repeated.map(({ fingerprint }) => fingerprint)));
  return [...seen, ...hints.filter(({ repeated }) => repeated.every(({ fingerprint }) => !known.has(fingerprint)))];
}

function severityOf(
  loop: QueryLoop,
  statements: StatementStatistics | null,
  limits: HeavyLimits & { readonly criticalRepeats: number },
): Severity {
  if (loop.scopeClass === "aggregate") return "info";
  const isLong = loop.most >= limits.criticalRepeats;
  return isLong || isHeavy(loop.savedMs, statements, limits) ? "critical" : "warning";
}

function draftOf(
  loop: QueryLoop,
  statements: StatementStatistics | null,
  subject: FindingDraft["subject"] & { readonly query: string },
  severity: Severity,
  advice: LoopAdvice,
): FindingDraft {
  const { foreignKey, batch } = advice;
  return {
    subject,
    severity,
    confidence: CONFIDENCE[loop.scopeClass],
    headline: headlineOf(loop),
    message: messageOf(loop),
    evidence: [
      ...loopEvidence(loop, statements, batch),
      ...(foreignKey === null ? [] : [note(`The loop follows ${foreignKey}.`)]),
    ],
    savesMsPerHour: perHour(loop.savedMs, statements),
    recommendations: loopAdvice(advice),
    topics: loopTopics(loop, statements),
    instances: loopInstances(loop.listed, subject.query),
  };
}
