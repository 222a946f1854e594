import rule from "../../../rules/blocked-session/index.ts";
import { artifacts, lockWait, session, sessions } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const root = session(8841, {
  application: "billing-worker",
  state: "idle-in-transaction",
  stateSeconds: 43,
  query: "update invoices set status = $1",
});

const queue = (count: number, waitSeconds: number | null) =>
  Array.from({ length: count }, (_, position) => lockWait(position + 1, 8841, { waitSeconds }));

ruleSuite(rule, {
  loud: [
    {
      name: "two sessions behind an idle transaction",
      artifacts: artifacts({
        sessions: sessions([root, session(1), session(2)]),
        lockWaits: [lockWait(1, 8841, { waitSeconds: 41 }), lockWait(2, 1, { waitSeconds: 20 })],
      }),
      expect: {
        severity: "critical",
        messageIncludes: [
          "2 sessions wait up to 41 s for pid 8841 (billing-worker), idle in transaction for 43 s after update invoices set",
          "ShareLock on transactionid",
        ],
        recommendation: { kind: "end-session", pid: 8841 },
        topics: ["pid:8841"],
      },
    },
    {
      name: "a wait of a second, without a session row",
      artifacts: artifacts({ lockWaits: queue(1, 1) }),
      expect: { severity: "warning", messageIncludes: ["1 session waits 1 s for pid 8841."] },
    },
    {
      name: "three sessions whose waits have no age",
      artifacts: artifacts({ lockWaits: queue(3, null) }),
      expect: { severity: "warning", messageIncludes: ["3 sessions wait for pid 8841"] },
    },
    {
      name: "five sessions as critical",
      artifacts: artifacts({ lockWaits: queue(5, 0.2) }),
      expect: { severity: "critical" },
    },
    {
      name: "a wait whose beginning the server does not tell, as an estimate",
      artifacts: artifacts({ lockWaits: [lockWait(1, 8841, { waitSeconds: 4, isUpperBound: true })] }),
      expect: { confidence: "estimated", messageIncludes: ["1 session waits at most 4 s for pid 8841"] },
    },
    {
      name: "a prepared transaction",
      artifacts: artifacts({ lockWaits: [lockWait(1, 0, { waitSeconds: 5 })] }),
      expect: { messageIncludes: ["for a prepared transaction"], recommendation: { kind: "advice" } },
    },
  ],
  quiet: [
    { name: "no waits", artifacts: artifacts({ sessions: sessions([root]), lockWaits: [] }) },
    { name: "a short wait", artifacts: artifacts({ lockWaits: queue(1, 0.9) }) },
    {
      name: "a short statement whose wait has no beginning",
      artifacts: artifacts({ lockWaits: [lockWait(1, 8841, { waitSeconds: 0.4, isUpperBound: true })] }),
    },
    { name: "two short waits", artifacts: artifacts({ lockWaits: queue(2, 0.9) }) },
    { name: "one wait without an age", artifacts: artifacts({ lockWaits: queue(1, null) }) },
    {
      name: "waits below a raised threshold",
      artifacts: artifacts({ lockWaits: queue(2, 41) }),
      thresholds: { minWaitSeconds: 60 },
    },
  ],
});
