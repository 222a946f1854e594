import assert from "node:assert/strict";
import rule from "../../../rules/lock-wait-chain/index.ts";
import type { FindingDraft, LogFacts, LoggedLockWait } from "../../../src/rule.ts";
import { artifacts, fingerprintOf, hoursAgo, logFacts, loggedLockWait, loggedStatement } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const rootQuery = "update orders set total = $1 where id = $2";
const waiterQuery = "update orders set state = $1 where id = $2";

const log = (lockWaits: readonly LoggedLockWait[], fields: Partial<LogFacts> = {}) =>
  artifacts({ log: logFacts({ lockWaits, ...fields }) });
const waits = (count: number, waitedMs: number, fields: Partial<LoggedLockWait> = {}) =>
  Array.from({ length: count }, (_, position) =>
    loggedLockWait({
      at: hoursAgo(position + 1),
      waiter: { pid: 200 + position, user: "app", database: "shop", application: "web" },
      waitedMs,
      ...fields,
    }),
  );
const notes = (finding: FindingDraft | undefined) =>
  (finding?.evidence ?? []).flatMap((item) => (item.kind === "note" ? [item.text] : []));
const advice = (finding: FindingDraft | undefined) => (finding?.recommendations ?? []).map(({ summary }) => summary);

const unknownHolder = { holders: [{ pid: 100, lastStatement: null }] };
const onTable = (mode: string): Partial<LoggedLockWait> => ({
  mode,
  object: { kind: "relation", relation: "16385", index: null },
});

ruleSuite(rule, {
  loud: [
    {
      name: "three waits behind one session",
      artifacts: log(waits(3, 2000)),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "statement", fingerprint: fingerprintOf(rootQuery) },
        messageIncludes: [
          "3 lock waits took 6 s",
          `behind pid 100; the last statement that the log has of it: ${rootQuery}.`,
          "the longest 2 s",
          "Waited for: ShareLock on transaction.",
          `The waiters ran: ${waiterQuery}.`,
        ],
        savesMsPerHour: 600,
        topics: [`statement:${fingerprintOf(rootQuery)}`, `statement:${fingerprintOf(waiterQuery)}`],
        check: ([finding]) => {
          assert.match(advice(finding).join(), /^Commit sooner after update orders set total/);
          const longest = `pid 200 (web) waited 2 s for ShareLock on transaction behind pid 100 at 2026-11-23 11:00 UTC and got it: ${waiterQuery}`;
          assert.ok(notes(finding).includes(longest), notes(finding).join("\n"));
        },
      },
    },
    { name: "a single wait of five seconds", artifacts: log(waits(1, 5000)), expect: { severity: "warning" } },
    { name: "a wait of half a minute as critical", artifacts: log(waits(1, 30_000)), expect: { severity: "critical" } },
    {
      name: "waits that add up in each hour as critical",
      artifacts: log(waits(100, 6000)),
      expect: { severity: "critical", messageIncludes: ["100 waits, 10 min in all"] },
    },
    {
      name: "few waits in a log of five minutes as a warning, whatever that makes an hour",
      artifacts: log(waits(3, 2000), { window: { from: hoursAgo(1 / 12), to: hoursAgo(0), kind: "log" } }),
      expect: { severity: "warning" },
    },
    {
      name: "a chain, by the session at its root",
      artifacts: log([
        loggedLockWait({
          waiter: { pid: 300, user: "app", database: "shop", application: null },
          waitedMs: 8000,
          holders: [{ pid: 200, lastStatement: loggedStatement(waiterQuery) }],
        }),
        loggedLockWait({ waitedMs: 9000 }),
      ]),
      expect: {
        subject: { kind: "statement", fingerprint: fingerprintOf(rootQuery) },
        messageIncludes: ["2 waits, 17 s in all", "1 of them waited for a session that waited for the root itself."],
        check: ([finding]) => {
          assert.ok(
            notes(finding).some((text) => text.includes("behind pid 100 through pid 200 at 2026-11-23 11:00 UTC")),
          );
        },
      },
    },
    {
      name: "a root without a statement, as an estimate",
      artifacts: log(waits(3, 2000, unknownHolder)),
      expect: {
        confidence: "estimated",
        subject: { kind: "database", database: "shop" },
        messageIncludes: ["behind pid 100, of which the log has no statement before"],
        topics: [`statement:${fingerprintOf(waiterQuery)}`],
      },
    },
    {
      name: "a wait without an end, as an estimate",
      artifacts: log(waits(1, 5000, { outcome: "waiting" })),
      expect: {
        confidence: "estimated",
        messageIncludes: ["1 lock wait took at least 5 s"],
        check: ([finding]) =>
          assert.ok(notes(finding).includes("Seen without an end, and so longer than the log says: 1 wait.")),
      },
    },
    {
      name: "a migration that waits and makes others queue",
      artifacts: log([
        ...waits(1, 6000, {
          ...onTable("AccessExclusiveLock"),
          statement: loggedStatement("alter table orders add column note text"),
          queue: [200, 201],
        }),
        ...waits(2, 5000, onTable("AccessShareLock")),
      ]),
      expect: {
        messageIncludes: ["AccessShareLock on relation 16385 (2), AccessExclusiveLock on relation 16385 (1)"],
        check: ([finding]) => {
          assert.match(advice(finding)[1] ?? "", /^Set lock_timeout before alter table orders add column/);
        },
      },
    },
    {
      name: "a migration at the root, with more waits than the log lists",
      artifacts: log(
        waits(3, 2000, {
          holders: [{ pid: 100, lastStatement: loggedStatement("alter table orders add check (total > $1)") }],
        }),
        { lockWaitTotals: { count: 40, waitedMs: 80_000 } },
      ),
      expect: {
        check: ([finding]) => {
          assert.match(advice(finding)[0] ?? "", /^Run alter table orders .* in quiet hours/);
          assert.ok(notes(finding).includes("The log has 40 lock waits; the 3 longest were looked at."));
        },
      },
    },
  ],
  quiet: [
    { name: "a log without waits", artifacts: log([]) },
    { name: "two short waits behind one statement", artifacts: log(waits(2, 4999)) },
    { name: "many waits below a second", artifacts: log(waits(50, 999)) },
    {
      name: "short waits behind different statements",
      artifacts: log(
        ["a", "b", "c"].flatMap((query) =>
          waits(1, 3000, { holders: [{ pid: 100, lastStatement: loggedStatement(query) }] }),
        ),
      ),
    },
    { name: "waits that ended in a deadlock", artifacts: log(waits(5, 9000, { outcome: "deadlock" })) },
    { name: "two short waits behind roots without a statement", artifacts: log(waits(2, 2000, unknownHolder)) },
    {
      name: "unknown roots in different databases",
      artifacts: log(
        ["shop", "crm", "cms"].flatMap((database) =>
          waits(1, 3000, { ...unknownHolder, waiter: { pid: 200, user: null, database, application: null } }),
        ),
      ),
    },
    {
      name: "long waits below raised thresholds",
      artifacts: log(waits(3, 6000)),
      thresholds: { minWaits: 4, longWaitMs: 10_000 },
    },
    {
      name: "two short waits of different sessions behind one root",
      artifacts: log([
        loggedLockWait({ waitedMs: 2000 }),
        loggedLockWait({ waitedMs: 2000, waiter: { pid: 300, user: null, database: "shop", application: null } }),
      ]),
    },
    { name: "waits below a raised length", artifacts: log(waits(9, 6000)), thresholds: { minWaitMs: 6001 } },
  ],
});
