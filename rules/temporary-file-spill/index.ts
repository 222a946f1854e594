import { settingBytes } from "../../src/computed/setting-value.ts";
import { type StatementLoad, statementEvidence, statementLoads } from "../../src/computed/statement-load.ts";
import { defineRule, type FindingDraft } from "../../src/rule.ts";
import { formatBytes, formatShare, plural } from "../../src/util/units.ts";

export default defineRule({
  meta: {
    id: "temporary-file-spill",
    title: "A statement writes temporary files because its memory does not suffice",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
    explains: ["slow-statement"],
  },
  needs: ["statements", "server"],
  uses: ["settings"],
  thresholds: {
    minBytesPerCall: {
      default: 1_048_576,
      unit: "bytes",
      description: "Statements that write less per call are ignored.",
    },
    minTotalBytes: {
      default: 52_428_800,
      unit: "bytes",
      description: "Statements that wrote less in the whole window are ignored.",
    },
    minShare: {
      default: 0.005,
      unit: "share",
      description: "Statements with a smaller share of database time are ignored.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const workMem = settingBytes(artifacts.settings, "work_mem");
    for (const load of statementLoads(artifacts.statements)) {
      const { calls, tempBlocksWritten } = load.item;
      if (tempBlocksWritten === null || calls === 0 || load.share < thresholds.minShare) continue;
      const total = tempBlocksWritten * artifacts.server.blockSizeBytes;
      if (total < thresholds.minTotalBytes || total / calls < thresholds.minBytesPerCall) continue;
      yield draft(load, total, workMem);
    }
  },
});

function draft(load: StatementLoad, total: number, workMem: number | null): FindingDraft {
  const { fingerprint, query, calls } = load.item;
  const perCall = formatBytes(total / calls);
  const memory = workMem === null ? "work_mem" : `work_mem (${formatBytes(workMem)} on this server)`;
  return {
    subject: { kind: "statement", fingerprint, query },
    confidence: "measured",
    headline: `A statement writes ${perCall} of temporary files per call.`,
    message:
      `It wrote ${formatBytes(total)} of temporary files in ${plural(calls, "call")} (mean ${perCall} a call) and takes ` +
      `${formatShare(load.share)} of database time: its sorts, hashes or stored rows do not fit into ${memory}.`,
    evidence: [
      statementEvidence(load),
      {
        kind: "metric",
        name: "temporary files written",
        value: total,
        unit: "bytes",
        source: "pg_stat_statements.temp_blks_written",
      },
    ],
    savesMsPerHour: null,
    recommendations: [
      {
        action: { kind: "advice" },
        summary:
          `Sort or hash fewer or narrower rows, or raise work_mem for this statement alone (SET LOCAL work_mem in its ` +
          `transaction, or ALTER ROLE … SET work_mem); it writes ${perCall} a call and needs more than that in memory.`,
        verified: "estimate",
        risks: [
          "Every sort and hash of every session may use work_mem at the same time: do not raise it for the whole server.",
        ],
      },
    ],
    topics: [`statement:${fingerprint}`],
  };
}
