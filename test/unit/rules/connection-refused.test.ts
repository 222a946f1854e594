import assert from "node:assert/strict";
import rule from "../../../rules/connection-refused/index.ts";
import type { ConnectionRefusal, DatabaseSession, LogFacts } from "../../../src/rule.ts";
import {
  artifacts,
  cancellation,
  connectionRefusal,
  logFacts,
  loggedError,
  loggedLockWait,
  logInput,
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
        subject: { kind: "setting", name: "connection pool web" },
        messageIncludes: [
          "100 requests got no connection: the connection pool (web) had none free.",
          "100 requests got no connection because the connection pool (web) had none free, at 2026-11-23 11:59 UTC.",
          "This is the limit of the pool, not of the server.",
        ],
        topics: ["connections:pool web"],
        check: ([finding]) => {
          assert.match(summaries(finding)[0] ?? "", /^Find what keeps the pool's connections: slow statements/);
          assert.match(summaries(finding)[1] ?? "", /^Size the pool by arrivals/);
          assert.doesNotMatch(finding?.message ?? "", /server were taken|who asked|max_connections/);
          assert.doesNotMatch(summaries(finding).join(), /Raise max_connections/);
          assert.deepEqual(
            finding?.evidence.map((item) =>
              item.kind === "metric" ? `${item.name}: ${item.value}, ${item.source}` : "",
            ),
            [
              "requests without a connection: 100, log of the application",
              "minutes with requests without a connection: 1, log of the application",
              "requests without a connection in the worst minute: 100, log of the application",
            ],
          );
        },
      },
    },
    {
      name: "the users that waited for a pooler's connections",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pool-timeout", application: "pgbouncer", user: "app" })]),
      }),
      expect: { messageIncludes: ["the connection pool (pgbouncer) had none free", "Refused: app (100)."] },
    },
    {
      name: "clients that a pooler turned away, as its limit and not the server's",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pooler-limit", user: null, application: "pgbouncer" })]),
        sessions: sessions(many(97, { state: "idle" })),
      }),
      expect: {
        subject: { kind: "setting", name: "max_client_conn of pgbouncer" },
        messageIncludes: [
          "100 clients were turned away: pgbouncer had as many clients as it takes (max_client_conn).",
          "This is the limit of the pooler, not of the server.",
        ],
        check: ([finding]) => {
          assert.equal(summaries(finding).length, 1);
          assert.match(summaries(finding)[0] ?? "", /max_client_conn/);
          assert.doesNotMatch(finding?.message ?? "", /97/);
        },
      },
    },
    {
      name: "a pool that could open no more because the server refused, in the same minutes",
      artifacts: artifacts({
        log: refused([
          connectionRefusal({ cause: "pool-timeout", user: null, ...occurrences([10, 10]) }),
          connectionRefusal({ application: null, user: null, ...occurrences([5, 0]) }),
        ]),
      }),
      expect: {
        count: 2,
        check: ([pool, server]) => {
          assert.match(pool?.message ?? "", /In 1 of 2 minutes the server refused connections/);
          assert.deepEqual(
            summaries(pool).map((text) => text.slice(0, 34)),
            ["Deal with the server's own limit f"],
          );
          assert.match(server?.message ?? "", /all connections of the server were taken/);
        },
      },
    },
    {
      name: "a pool whose connections wait for locks, as the server's log has it",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pool-timeout", user: null, ...occurrences([10, 10]) })], {
          lockWaits: [loggedLockWait({ at: "2026-11-23T11:57:30.000Z", waitedMs: 95_000 })],
        }),
      }),
      expect: {
        messageIncludes: ["In 2 of 2 minutes sessions waited for locks (1 wait, the longest 1.6 min)"],
        check: ([finding]) => assert.match(summaries(finding)[0] ?? "", /holds the locks/),
      },
    },
    {
      name: "a pool just before a capture that shows forgotten transactions",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pool-timeout", user: null })]),
        sessions: sessions([...many(6, { state: "active" }), ...many(4, { state: "idle-in-transaction" }, 100)]),
      }),
      expect: {
        messageIncludes: [
          "1 min after the last one, of the 10 sessions of the server that may be seen 0 were idle, 4 idle in transaction",
        ],
        check: ([finding]) => assert.match(summaries(finding)[0] ?? "", /open transaction/),
      },
    },
    {
      name: "a pool just before a capture whose sessions are idle, without blaming the pool's size",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pool-timeout", user: null })]),
        sessions: sessions(many(10, { state: "idle" })),
      }),
      expect: { check: ([finding]) => assert.match(summaries(finding)[0] ?? "", /without using it/) },
    },
    {
      name: "a pool long before a capture, without naming a cause",
      artifacts: artifacts({
        log: refused(
          [
            connectionRefusal({
              cause: "pool-timeout",
              user: null,
              ...occurrences([10, ...Array<number>(30).fill(0)]),
            }),
          ],
          {
            lockWaits: [loggedLockWait({ at: "2026-11-23T11:40:00.000Z", waitedMs: 5000 })],
          },
        ),
        sessions: sessions(many(10, { state: "idle" })),
      }),
      expect: {
        check: ([finding]) => {
          assert.match(summaries(finding)[0] ?? "", /^Find what keeps the pool's connections/);
          assert.doesNotMatch(finding?.message ?? "", /idle|locks/);
        },
      },
    },
    {
      name: "the server's refusals as an application tells them",
      artifacts: artifacts({
        log: refused([connectionRefusal({ user: null, database: null, application: null })], {
          engine: null,
          input: logInput({ format: "application" }),
        }),
      }),
      expect: {
        subject: { kind: "server" },
        check: ([finding]) => {
          const [first] = finding?.evidence ?? [];
          assert.equal(first?.kind === "metric" ? first.source : "", "log of the application");
        },
      },
    },
    {
      name: "a burst by what the application's log covers, not the server's",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pool-timeout", user: null })], {
          window: { from: "2026-11-23T11:50:00.000Z", to: "2026-11-23T12:00:00.000Z", kind: "log" },
          input: logInput({
            applicationLogs: [
              {
                path: "app.log",
                bytes: 1000,
                lines: 10,
                matches: 100,
                from: "2026-11-23T08:00:00.000Z",
                to: "2026-11-23T12:00:00.000Z",
              },
            ],
          }),
        }),
      }),
      expect: { messageIncludes: ["a burst"] },
    },
    {
      name: "refusals without a time, without making one up",
      artifacts: artifacts({
        log: refused([
          connectionRefusal({
            cause: "pool-timeout",
            user: null,
            count: 9,
            firstAt: "9999-12-31T23:59:59.999Z",
            lastAt: "0001-01-01T00:00:00.000Z",
            perMinute: [],
          }),
        ]),
        sessions: sessions(many(10, { state: "idle" })),
      }),
      expect: {
        severity: "warning",
        messageIncludes: ["had none free. The log has no times"],
        check: ([finding]) => {
          assert.doesNotMatch(finding?.message ?? "", /9999|0001|minutes/);
          assert.equal(finding?.evidence.length, 1);
        },
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
      name: "few time-outs of each of two pools",
      artifacts: artifacts({
        log: refused([
          connectionRefusal({ cause: "pool-timeout", application: "HikariPool-1", ...occurrences([4]) }),
          connectionRefusal({ cause: "pool-timeout", application: "HikariPool-2", ...occurrences([4]) }),
        ]),
      }),
    },
    {
      name: "few clients that a pooler turned away",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pooler-limit", application: "pgbouncer", ...occurrences([4]) })]),
      }),
    },
    {
      name: "few time-outs of a pool among lock waits",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pool-timeout", ...occurrences([4]) })], {
          lockWaits: [loggedLockWait({ at: "2026-11-23T11:59:00.000Z" })],
        }),
      }),
    },
    {
      name: "a log of an application that tells of nothing",
      artifacts: artifacts({
        log: logFacts({
          engine: null,
          input: logInput({
            format: "application",
            applicationLogs: [{ path: "app.log", bytes: 1000, lines: 10, matches: 0, from: null, to: null }],
          }),
        }),
      }),
    },
    {
      name: "few time-outs of a pool beside few refusals of the server",
      artifacts: artifacts({
        log: refused([
          connectionRefusal(occurrences([4])),
          connectionRefusal({ cause: "pool-timeout", ...occurrences([4]) }),
        ]),
      }),
    },
    {
      name: "few time-outs of a pooler beside few clients that it turned away",
      artifacts: artifacts({
        log: refused([
          connectionRefusal({ cause: "pool-timeout", application: "pgbouncer", ...occurrences([4]) }),
          connectionRefusal({ cause: "pooler-limit", application: "pgbouncer", ...occurrences([4]) }),
        ]),
      }),
    },
    {
      name: "time-outs of a pool below a raised threshold",
      artifacts: artifacts({ log: refused([connectionRefusal({ cause: "pool-timeout" })]) }),
      thresholds: { minCount: 101 },
    },
    {
      name: "sessions that wait for locks while no pool is exhausted",
      artifacts: artifacts({
        log: logFacts({ lockWaits: [loggedLockWait()] }),
        sessions: sessions(many(50, { state: "active", waitEventType: "Lock" })),
      }),
    },
    {
      name: "few refusals of the server as an application tells them",
      artifacts: artifacts({
        log: refused([connectionRefusal(occurrences([4]))], { input: logInput({ format: "application" }) }),
      }),
    },
    {
      name: "few refusals without a time",
      artifacts: artifacts({
        log: refused([connectionRefusal({ cause: "pool-timeout", count: 4, perMinute: [] })]),
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
