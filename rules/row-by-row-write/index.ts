import { batchedStatement } from "../../src/computed/loop-batch.ts";
import { loopDialect } from "../../src/computed/loop-clauses.ts";
import { loopTarget } from "../../src/computed/loop-conditions.ts";
import { CONFIDENCE, type HeavyLimits, isHeavy, passesGate, perHour } from "../../src/computed/loop-cost.ts";
import { loopEvidence, loopInstances, loopSubject, loopTopics } from "../../src/computed/loop-evidence.ts";
import { defineRule, type QueryLoop, type Severity, type StatementStatistics } from "../../src/rule.ts";
import { writeAdvice } from "./advice.ts";
import { headlineOf, messageOf } from "./message.ts";

export default defineRule({
  meta: {
    id: "row-by-row-write",
    title: "A loop writes row by row what one statement would write",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres", "mysql", "mariadb"],
    explains: ["slow-statement", "chatty-transaction"],
  },
  needs: ["queryLoops"],
  uses: ["statements", "log"],
  thresholds: {
    minRepeats: { default: 5, unit: "count", description: "Loops with fewer writes in their longest run are ignored." },
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
    copyRows: {
      default: 1000,
      unit: "rows",
      description: "From so many inserted rows in one run on, PostgreSQL's copy is named as well.",
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
  *detect({ artifacts: { queryLoops, statements, log }, thresholds }) {
    for (const loop of queryLoops.loops) {
      if (loop.kind !== "row-by-row-write" || !passesGate(loop, thresholds)) continue;
      const [first] = loop.repeated;
      const subject = loopSubject(loop.repeated, loop);
      if (first === undefined || subject === null) continue;
      const dialect = loopDialect(first.query, log?.engine ?? null);
      const batch = loop.repeated.length === 1 ? batchedStatement(first.query, dialect) : null;
      yield {
        subject,
        severity: severityOf(loop, statements, thresholds),
        confidence: CONFIDENCE[loop.scopeClass],
        headline: headlineOf(loop),
        message: messageOf(loop),
        evidence: loopEvidence(loop, statements, batch),
        savesMsPerHour: perHour(loop.savedMs, statements),
        recommendations: writeAdvice({
          loop,
          batch,
          target: loopTarget(first.query),
          isCopyWorthIt: dialect === "postgres" && loop.most >= thresholds.copyRows,
        }),
        topics: loopTopics(loop, statements),
        instances: loopInstances(loop.listed, subject.query),
      };
    }
  },
});

function severityOf(loop: QueryLoop, statements: StatementStatistics | null, limits: HeavyLimits): Severity {
  if (loop.scopeClass === "aggregate") return "info";
  return isHeavy(loop.savedMs, statements, limits) ? "critical" : "warning";
}
