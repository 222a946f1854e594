import assert from "node:assert/strict";
import rule from "../../../rules/connection-refused/index.ts";
import type { ConnectionRefusal, DatabaseSession, LogFacts } from "../../../src/rule.ts";
import {
  artifacts,
  cancellation,
  connectionRefusal,
  logFacts,
  loggedError,
  occurrences,
  session,
  sessions,
  setting,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const refused = (refusals: readonly ConnectionRefusal[], fields: Partial<LogFacts> = {}) =>
  logFacts({ refusals, ...fields });
const many = (count: number, fields: Partial<DatabaseSession>, first = 1) =>
  Array.from({ length: count }, (_, at) => session(first + at, fields));
const summaries = (finding: { readonly recommendations: readonly { readonly summary: string }[] } | undefined) =>
  finding?.recommendations.map(({ summary }) => summary) ?? [];
/** 20 refusals in each of so many minutes, one minute in ten. */
const again = (times: number) => occurrences(Array.from({ length: times * 10 }, (_, at) => (at % 10 === 0 ? 20 : 0)));

ruleSuite(rule, {
  loud: [
    {
      name: "a burst of refusals, with who asked",
      artifacts: artifacts({
        settings: [setting("max_connections", "100")],
        log: refused([
          connectionRefusal({ ...occurrences([50, 30, 0]) }),
          connectionRefusal({ cause: "reserved-slots", application: "[unknown]", user: "jobs", ...occurrences([20]) }),
        ]),
      }),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "server" },
        messageIncludes: [
          "100 connections were refused because all connections of the server were taken (max_connections is 100",
          "from 2026-11-23 11:57 to 11:59 UTC",
          "They fall into 3 minutes: a burst",
          "Refused: web (app) (80), jobs (20).",
        ],
        recommendation: { kind: "advice" },
        topics: ["connections:server"],
        check: ([finding]) => {
          assert.match(summaries(finding).join("\n"), /one after the other/);
          assert.match(summaries(finding).at(-1) ?? "", /^Raise max_connections only/);
        },
      },
    },
    {
      name: "a standing shortage as critical, held by idle connections",
      artifacts: artifacts({
        log: refused([connectionRefusal(again(10))]),
        sessions: sessions([...many(80, { state: "idle" }), ...many(16, { state: "active" }, 100)]),
      }),
      expect: {
        severity: "critical",
        messageIncludes: [
          "They fall into 10 minutes in 10 h: a standing shortage.",
          "96 of 97 were taken: 80 idle, 0 idle in transaction, 0 waiting for a lock, of 96",
        ],
        check: ([finding]) => assert.match(summaries(finding)[0] ?? "", /pools smaller/),
      },
    },
    {
      name: "more than three bursts as a standing shortage",
      artifacts: artifacts({ log: refused([connectionRefusal(occurrences(fourBursts()))]) }),
      expect: { severity: "warning", messageIncludes: ["a standing shortage"] },
    },
    {
      name: "very many at once as critical",
      artifacts: artifacts({ log: refused([connectionRefusal(occurrences([1000]))]) }),
      expect: { severity: "critical", messageIncludes: ["1,000 connections", "a burst"] },
    },
    {
      name: "connections that forgotten transactions hold",
      artifacts: artifacts({
        log: refused([connectionRefusal()]),
        sessions: sessions([...many(60, { state: "idle" }), ...many(30, { state: "idle-in-transaction" }, 100)]),
      }),
      expect: { check: ([finding]) => assert.match(summaries(finding)[0] ?? "", /leaves transactions open/) },
    },
    {
      name: "connections that wait for locks",
      artifacts: artifacts({
        log: refused([connectionRefusal()]),
        sessions: sessions([
          ...many(40, { state: "idle" }),
          ...many(50, { state: "active", waitEventType: "Lock" }, 100),
        ]),
      }),
      expect: { check: ([finding]) => assert.match(summaries(finding)[0] ?? "", /holds the locks/) },
    },
    {
      name: "refusals before a capture that has room, without naming a cause",
      artifacts: artifacts({ log: refused([connectionRefusal()]), sessions: sessions(many(20, { state: "idle" })) }),
      expect: {
        messageIncludes: ["20 of 97 were taken, so it does not show what held them."],
        check: ([finding]) => assert.match(summaries(finding)[0] ?? "", /^Look at such a time/),
      },
    },
    {
      name: "a full server whose sessions may not be seen, without naming a cause",
      artifacts: artifacts({
        log: refused([connectionRefusal()]),
        sessions: sessions(many(10, { state: "idle" }), { hiddenCount: 80 }),
      }),
      expect: {
        check: ([finding]) => {
          assert.match(summaries(finding)[0] ?? "", /^Look at such a time/);
          assert.doesNotMatch(finding?.message ?? "", /idle/);
        },
      },
    },
    {
      name: "the limits of a database and a role, each by itself",
      artifacts: artifacts({
        log: refused([
          connectionRefusal({ cause: "role-limit", user: "reports" }),
          connectionRefusal({ cause: "database-limit" }),
        ]),
        sessions: sessions(many(10, { state: "active", user: "reports" }), {
          limits: [{ kind: "role", name: "reports", limit: 10, used: 10 }],
        }),
      }),
      expect: {
        count: 2,
        subject: { kind: "database", database: "shop" },
        check: ([, role]) => {
          assert.deepEqual(role?.subject, { kind: "setting", name: "connection limit of role reports" });
          assert.match(role?.message ?? "", /10 of 10 were taken: 0 idle/);
          assert.match(summaries(role).at(-1) ?? "", /^Raise the connection limit of role reports last/);
        },
      },
    },
    {
      name: "time-outs of an application's pool",
      artifacts: artifacts({ log: refused([connectionRefusal({ cause: "pool-timeout", user: null })]) }),
      expect: {
        subject: { kind: "setting", name: "connection pool of web" },
        messageIncludes: ["the connection pool of web had none free within its timeout"],
        check: ([finding]) => assert.match(summaries(finding).join(), /mean time held/),
      },
    },
    {
      name: "refusals in a short log, without naming a pattern",
      artifacts: artifacts({
        log: refused([connectionRefusal({ user: null, application: null })], {
          engine: "mysql",
          window: { from: "2026-11-23T11:40:00.000Z", to: "2026-11-23T12:00:00.000Z", kind: "log" },
        }),
      }),
      expect: { messageIncludes: ["too short to tell", "The log does not say who asked."] },
    },
  ],
  quiet: [
    { name: "a log without refusals", artifacts: artifacts({ log: logFacts() }) },
    {
      name: "few refusals",
      artifacts: artifacts({ log: refused([connectionRefusal(occurrences([4]))]) }),
    },
    {
      name: "few refusals by each of several limits",
      artifacts: artifacts({
        log: refused([
          connectionRefusal(occurrences([4])),
          connectionRefusal({ cause: "role-limit", ...occurrences([4]) }),
          connectionRefusal({ cause: "pool-timeout", ...occurrences([4]) }),
        ]),
      }),
    },
    {
      name: "few refusals by the limits of two roles",
      artifacts: artifacts({
        log: refused([
          connectionRefusal({ cause: "role-limit", user: "a", ...occurrences([4]) }),
          connectionRefusal({ cause: "role-limit", user: "b", ...occurrences([4]) }),
        ]),
      }),
    },
    {
      name: "a full server that refused nobody",
      artifacts: artifacts({ log: logFacts(), sessions: sessions(many(97, { state: "idle" })) }),
    },
    {
      name: "refusals below a raised threshold",
      artifacts: artifacts({ log: refused([connectionRefusal()]) }),
      thresholds: { minCount: 101 },
    },
    {
      name: "a role at its limit that refused nobody",
      artifacts: artifacts({
        log: logFacts(),
        sessions: sessions(many(10, {}), { limits: [{ kind: "role", name: "app", limit: 10, used: 10 }] }),
      }),
    },
    {
      name: "statements that were cancelled",
      artifacts: artifacts({ log: logFacts({ cancellations: [cancellation()] }) }),
    },
    {
      name: "logins that were refused for another reason",
      artifacts: artifacts({
        log: logFacts({ errors: [loggedError("password authentication failed for user ?", { severity: "fatal" })] }),
      }),
    },
    {
      name: "few refusals of a full server",
      artifacts: artifacts({
        log: refused([connectionRefusal(occurrences([4]))]),
        sessions: sessions(many(97, { state: "active" })),
      }),
    },
    {
      name: "few refusals spread over the log",
      artifacts: artifacts({
        log: refused([connectionRefusal(occurrences([1, ...Array.from({ length: 400 }, () => 0), 1, 1, 1]))]),
      }),
    },
  ],
});

function fourBursts(): number[] {
  return Array.from({ length: 240 }, (_, at) => (at % 60 === 0 ? 20 : 0));
}
