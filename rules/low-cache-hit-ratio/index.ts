import { settingBytes } from "../../src/computed/setting-value.ts";
import { defineRule } from "../../src/rule.ts";
import { formatBytes, formatCount, formatShare } from "../../src/util/units.ts";

export default defineRule({
  meta: {
    id: "low-cache-hit-ratio",
    title: "Many blocks are not found in shared buffers",
    category: "configuration",
    severity: "info",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["databaseCounters"],
  uses: ["settings"],
  thresholds: {
    minHitShare: { default: 0.9, unit: "share", description: "A database with at least this share of hits is fine." },
    minReads: {
      default: 100_000,
      unit: "count",
      description: "Databases that read fewer blocks since the reset are ignored.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { database, blocksHit, blocksRead, statsResetAt } = artifacts.databaseCounters;
    if (blocksRead === 0 || blocksRead < thresholds.minReads) return;
    const share = blocksHit / (blocksHit + blocksRead);
    if (share >= thresholds.minHitShare) return;
    const buffers = settingBytes(artifacts.settings, "shared_buffers");
    const since = statsResetAt === null ? "since the counters began" : `since ${statsResetAt}`;
    const source = "pg_stat_database";
    yield {
      subject: { kind: "database", database },
      confidence: "heuristic",
      headline: `${formatShare(share)} of block accesses in ${database} found their block in shared buffers.`,
      message:
        `${formatShare(share)} of ${formatCount(blocksHit + blocksRead)} block accesses in ${database} ${since} found ` +
        `their block in shared buffers${buffers === null ? "" : ` (shared_buffers is ${formatBytes(buffers)})`}; ` +
        `${formatCount(blocksRead)} blocks were asked of the operating system, whose cache is invisible here: ` +
        "part of them never reached a disk.",
      evidence: [
        { kind: "metric", name: "blocks found in shared buffers", value: blocksHit, unit: "pages", source },
        { kind: "metric", name: "blocks read", value: blocksRead, unit: "pages", source },
      ],
      savesMsPerHour: null,
      recommendations: [
        {
          action: { kind: "advice" },
          summary:
            "Look first at the statements and sequential scans that read the most blocks, then at the size of shared_buffers.",
          verified: "estimate",
          risks: ["A larger shared_buffers needs a restart and takes memory from the operating system's cache."],
        },
      ],
      topics: [],
    };
  },
});
