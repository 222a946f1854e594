import rule from "../../../rules/low-cache-hit-ratio/index.ts";
import { artifacts, databaseCounters, setting } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

ruleSuite(rule, {
  loud: [
    {
      name: "half of the blocks read",
      artifacts: artifacts({
        databaseCounters: databaseCounters({ blocksRead: 1_000_000, blocksHit: 1_000_000 }),
        settings: [setting("shared_buffers", "16384", { unit: "8kB" })],
      }),
      expect: {
        severity: "info",
        confidence: "heuristic",
        subject: { kind: "database", database: "shop" },
        messageIncludes: [
          "50 % of 2,000,000 block accesses",
          "shared_buffers is 128 MB",
          "operating system",
          "invisible",
        ],
      },
    },
    {
      name: "counters that were never reset",
      artifacts: artifacts({
        databaseCounters: databaseCounters({ blocksRead: 200_000, blocksHit: 0, statsResetAt: null }),
      }),
      expect: { messageIncludes: ["0 %", "since the counters began"] },
    },
  ],
  quiet: [
    { name: "a cached database", artifacts: artifacts({ databaseCounters: databaseCounters() }) },
    {
      name: "a share just at the limit",
      artifacts: artifacts({ databaseCounters: databaseCounters({ blocksRead: 100_000, blocksHit: 900_000 }) }),
    },
    {
      name: "few reads",
      artifacts: artifacts({ databaseCounters: databaseCounters({ blocksRead: 99_999, blocksHit: 0 }) }),
    },
    {
      name: "an untouched database",
      artifacts: artifacts({ databaseCounters: databaseCounters({ blocksRead: 0, blocksHit: 0 }) }),
      thresholds: { minReads: 1 },
    },
  ],
});
