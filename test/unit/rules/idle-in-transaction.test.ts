import rule from "../../../rules/idle-in-transaction/index.ts";
import { artifacts, lockWait, session, sessions } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const idle = (pid: number, stateSeconds: number) =>
  session(pid, {
    state: "idle-in-transaction",
    stateSeconds,
    transactionSeconds: stateSeconds + 1,
    application: "billing-worker",
    user: "billing",
    query: "update invoices set status = $1",
  });

ruleSuite(rule, {
  loud: [
    {
      name: "two sessions of one application as one finding",
      artifacts: artifacts({ sessions: sessions([idle(11, 90), idle(12, 70)]) }),
      expect: {
        severity: "warning",
        subject: { kind: "session", application: "billing-worker", user: "billing", pid: 11 },
        messageIncludes: [
          "pid 11 (billing-worker)",
          "database shop",
          "1.5 min",
          "1 more session",
          "after update invoices",
        ],
        recommendation: { kind: "end-session", pid: 11 },
        topics: ["pid:11", "pid:12"],
      },
    },
    {
      name: "a short one that blocks another session",
      artifacts: artifacts({
        sessions: sessions([idle(11, 6), session(20)]),
        lockWaits: [lockWait(20, 11, { waitSeconds: 5 })],
      }),
      expect: { severity: "warning", messageIncludes: ["1 session waits for it (for 5 s)"] },
    },
    {
      name: "one that blocks for ten seconds as critical",
      artifacts: artifacts({
        sessions: sessions([idle(11, 12), session(20)]),
        lockWaits: [lockWait(20, 11, { waitSeconds: 10 })],
      }),
      expect: { severity: "critical" },
    },
    {
      name: "a failed transaction of ten minutes as critical",
      artifacts: artifacts({ sessions: sessions([{ ...idle(11, 600), state: "idle-in-transaction-aborted" }]) }),
      expect: { severity: "critical", messageIncludes: ["idle in a failed transaction for 10 min"] },
    },
  ],
  quiet: [
    { name: "a short transaction", artifacts: artifacts({ sessions: sessions([idle(11, 59)]) }) },
    {
      name: "a session that began to block a moment ago",
      artifacts: artifacts({ sessions: sessions([idle(11, 4)]), lockWaits: [lockWait(20, 11, { waitSeconds: 3 })] }),
    },
    {
      name: "a long running statement",
      artifacts: artifacts({
        sessions: sessions([session(11, { state: "active", stateSeconds: 5_000, transactionSeconds: 5_000 })]),
      }),
    },
    {
      name: "a session that is idle outside a transaction",
      artifacts: artifacts({ sessions: sessions([session(11, { stateSeconds: 90_000 })]) }),
    },
    {
      name: "a session whose age is unknown",
      artifacts: artifacts({ sessions: sessions([{ ...idle(11, 0), stateSeconds: null }]) }),
    },
  ],
});
