import assert from "node:assert/strict";
import rule from "../../../rules/checkpoint-pressure/index.ts";
import type { LoggedCheckpoints } from "../../../src/rule.ts";
import { artifacts, logFacts, loggedCheckpoints, occurrences, setting } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const settings = (maxWalMegabytes: number) => [
  setting("max_wal_size", String(maxWalMegabytes), { unit: "MB" }),
  setting("checkpoint_timeout", "300", { unit: "s" }),
];
const log = (fields: Partial<LoggedCheckpoints>) => logFacts({ checkpoints: loggedCheckpoints(fields) });
/** One checkpoint each two minutes for an hour, by WAL volume. */
const driven = {
  byTrigger: { time: 0, wal: 30, requested: 0 },
  ...occurrences(Array.from({ length: 60 }, (_, minute) => (minute % 2 === 0 ? 1 : 0))),
};

ruleSuite(rule, {
  loud: [
    {
      name: "checkpoints by WAL volume, with a suggestion",
      artifacts: artifacts({ log: log(driven), settings: settings(1024) }),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "setting", name: "max_wal_size" },
        messageIncludes: [
          "30 of 30 checkpoints (100 %) were started by WAL volume rather than by time",
          "about 2 min after the one before (checkpoint_timeout is 5 min)",
        ],
        // 1 GB × 300 s / 120 s = 2.5 GB.
        recommendation: { kind: "set-parameter", name: "max_wal_size", value: "4GB", restart: false },
        check: ([finding]) => {
          assert.match(finding?.recommendations[0]?.summary ?? "", /estimate/);
          assert.equal(finding?.recommendations[0]?.risks.length, 2);
        },
      },
    },
    {
      name: "a share of them above the threshold",
      artifacts: artifacts({ log: log({ ...driven, byTrigger: { time: 15, wal: 15, requested: 100 }, count: 130 }) }),
      expect: { messageIncludes: ["15 of 30 checkpoints (50 %)"], recommendation: { kind: "advice" } },
    },
    {
      name: "a log whose server's settings are unknown, without a value",
      artifacts: artifacts({ log: log(driven) }),
      expect: {
        messageIncludes: ["if checkpoint_timeout is the built-in 5 min"],
        recommendation: { kind: "advice" },
      },
    },
    {
      name: "no more than 64 GB",
      artifacts: artifacts({ log: log(driven), settings: settings(49_152) }),
      expect: { recommendation: { kind: "set-parameter", value: "64GB" } },
    },
    {
      name: "a max_wal_size that is large already, without a value",
      artifacts: artifacts({ log: log(driven), settings: settings(65_536) }),
      expect: { recommendation: { kind: "advice" }, messageIncludes: ["30 of 30"] },
    },
    {
      name: "the server's own warnings, where checkpoints are not logged",
      artifacts: artifacts({
        log: log({ byTrigger: { time: 0, wal: 0, requested: 0 }, tooFrequentWarnings: 5, ...occurrences([]) }),
        settings: settings(1024),
      }),
      expect: {
        messageIncludes: ["The server warned 5 times that its checkpoints come too often. After"],
        recommendation: { kind: "advice" },
      },
    },
    {
      name: "the server's own warnings beside many checkpoints by time",
      artifacts: artifacts({
        log: log({ ...driven, byTrigger: { time: 26, wal: 4, requested: 0 }, tooFrequentWarnings: 6 }),
      }),
      expect: { messageIncludes: ["4 of 30 checkpoints (13 %)", "The server itself warned 6 times"] },
    },
  ],
  quiet: [
    { name: "a log without checkpoints", artifacts: artifacts({ log: logFacts() }) },
    { name: "checkpoints by time", artifacts: artifacts({ log: log({}), settings: settings(1024) }) },
    {
      name: "a smaller share by WAL volume",
      artifacts: artifacts({ log: log({ ...driven, byTrigger: { time: 16, wal: 14, requested: 0 } }) }),
    },
    {
      name: "few checkpoints by WAL volume",
      artifacts: artifacts({ log: log({ ...driven, byTrigger: { time: 0, wal: 4, requested: 0 } }) }),
    },
    {
      name: "checkpoints by a command, as before backups",
      artifacts: artifacts({ log: log({ ...driven, byTrigger: { time: 0, wal: 0, requested: 30 } }) }),
    },
    {
      name: "few warnings of the server",
      artifacts: artifacts({ log: log({ tooFrequentWarnings: 4 }) }),
    },
    {
      name: "a share below a raised threshold",
      artifacts: artifacts({ log: log({ ...driven, byTrigger: { time: 10, wal: 20, requested: 0 } }) }),
      thresholds: { minShare: 0.7 },
    },
  ],
});
