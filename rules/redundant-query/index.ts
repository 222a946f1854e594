import { statementLabel } from "../../src/computed/logged-locks.ts";
import { CONFIDENCE, loopLossMs, passesGate, perHour } from "../../src/computed/loop-cost.ts";
import { loopEvidence, loopInstances, loopSubject, loopTopics } from "../../src/computed/loop-evidence.ts";
import {
  loopOwner,
  lossWords,
  placeWords,
  proofWords,
  repeatedLabels,
  runsWords,
} from "../../src/computed/loop-words.ts";
import { defineRule, type QueryLoop, type RecommendationDraft } from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";

export default defineRule({
  meta: {
    id: "redundant-query",
    title: "One unit of work reads the same with the same values again and again",
    category: "statement",
    severity: "info",
    scope: "database",
    engines: ["postgres", "mysql", "mariadb"],
    explains: ["slow-statement", "chatty-transaction"],
  },
  needs: ["queryLoops"],
  uses: ["statements"],
  thresholds: {
    minRepeats: { default: 5, unit: "count", description: "Reads that one run repeats less often are ignored." },
    minLossMs: {
      default: 10,
      unit: "ms",
      description:
        "Reads whose repeats took less over all runs (a round trip each included) are ignored, unless a trace shows them.",
    },
    roundTripMs: {
      default: 0.5,
      unit: "ms",
      description: "What one statement costs beside its time in the database.",
    },
    warningMs: {
      default: 10,
      unit: "ms",
      description: "A warning when the repeats of one run take so long on average, round trips included.",
    },
  },
  *detect({ artifacts: { queryLoops, statements }, thresholds }) {
    for (const loop of queryLoops.loops) {
      if (loop.kind !== "redundant-query" || !passesGate(loop, thresholds)) continue;
      const subject = loopSubject(loop.repeated, loop);
      if (subject === null) continue;
      const perRunMs = loopLossMs(loop, thresholds.roundTripMs) / Math.max(1, loop.runs);
      const isHint = loop.scopeClass === "aggregate";
      yield {
        subject,
        severity: !isHint && perRunMs >= thresholds.warningMs ? "warning" : "info",
        confidence: CONFIDENCE[loop.scopeClass],
        headline: headlineOf(loop),
        message: messageOf(loop),
        evidence: loopEvidence(loop, statements, null),
        savesMsPerHour: perHour(loop.savedMs, statements),
        recommendations: [adviceOf(loop)],
        topics: loopTopics(loop, statements),
        instances: loopInstances(loop.listed, subject.query),
      };
    }
  },
});

function headlineOf(loop: QueryLoop): string {
  const { repeated, most, scopeClass, callSite } = loop;
  const what = repeatedLabels(repeated);
  if (scopeClass === "aggregate") return `A hint of repeated reads: ${what}, ${plural(loop.executions, "time")}.`;
  const suspected = scopeClass === "stitched" ? "Suspected repeats: " : "";
  return `${suspected}${loopOwner(loop)} asks the same ${plural(most, "time")}: ${what}, with the same values${placeWords(callSite)}.`;
}

function messageOf(loop: QueryLoop): string {
  const what = loop.repeated.map((statement) => statementLabel(statement)).join(", then ");
  return `The same values each time: ${what}. ${runsWords(loop)}. ${lossWords(loop, "Asking once a run")}. ${proofWords(loop)}`;
}

function adviceOf(loop: QueryLoop): RecommendationDraft {
  const times = loop.scopeClass === "aggregate" ? "again and again" : `${formatCount(loop.most)} times`;
  return {
    action: { kind: "advice" },
    summary: `Read ${repeatedLabels(loop.repeated)} once in a unit of work instead of ${times}, and pass the result on or keep it for that long (DataLoader keeps it by key).`,
    verified: "estimate",
    risks: ["A result that is kept does not show what was changed since: read it again after a write."],
  };
}
