import assert from "node:assert/strict";
import rule from "../../../rules/deadlock/index.ts";
import type { FindingDraft, LogFacts } from "../../../src/rule.ts";
import {
  artifacts,
  deadlock,
  deadlockMember,
  fingerprintOf,
  hoursAgo,
  logFacts,
  loggedError,
  loggedLockWait,
  recordLock,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const updateOrders = "update orders set state = $1 where id = $2";
const updateInvoices = "update invoices set state = $1 where id = $2";

const crossed = (at: string | null = hoursAgo(1)) =>
  deadlock(
    [
      deadlockMember(200, 100, { query: updateOrders, earlier: updateInvoices, isVictim: true }),
      deadlockMember(100, 200, { query: updateInvoices, earlier: updateOrders, isVictim: false }),
    ],
    { at, context: 'while updating tuple in relation "orders"' },
  );
const sameTable = deadlock([
  deadlockMember(1, 2, { query: updateOrders }),
  deadlockMember(2, 1, { query: updateOrders }),
]);
const unknown = deadlock([deadlockMember(1, 2), deadlockMember(2, 1)]);

const minutesAgo = (minutes: readonly number[]) => minutes.map((minute) => crossed(hoursAgo(minute / 60)));
const log = (deadlocks: LogFacts["deadlocks"], fields: Partial<LogFacts> = {}) =>
  artifacts({ log: logFacts({ deadlocks, ...fields }) });

const firstAdvice = ([finding]: readonly FindingDraft[]) => finding?.recommendations[0]?.summary ?? "";
const texts = (finding: FindingDraft | undefined) =>
  (finding?.evidence ?? []).map((item) =>
    item.kind === "note" ? item.text : item.kind === "definition" ? `${item.label}: ${item.sql}` : item.kind,
  );

ruleSuite(rule, {
  loud: [
    {
      name: "two tables in opposite order, with the order that removes it",
      artifacts: log([crossed(hoursAgo(2)), crossed(hoursAgo(1))]),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: {
          kind: "statements",
          statements: [updateOrders, updateInvoices]
            .map((query) => ({ fingerprint: fingerprintOf(query), query }))
            .toSorted((x, y) => (x.fingerprint < y.fingerprint ? -1 : 1)),
        },
        messageIncludes: [
          "2 deadlocks rolled work back",
          "2 times from 2026-11-23 10:00 to 11:00 UTC.",
          `pid 200 waited for pid 100 with ${updateOrders} (before, ${updateInvoices} probably took its lock)`,
          "pid 200 was rolled back",
        ],
        topics: [`statement:${fingerprintOf(updateOrders)}`, `statement:${fingerprintOf(updateInvoices)}`],
        check: (findings) => {
          // pid 200 held invoices and wanted orders: it follows the order; pid 100 is the one to turn around.
          assert.match(
            firstAdvice(findings),
            /first invoices, then orders\. The other way round now: update invoices .* wanted invoices while its transaction held orders\./,
          );
          assert.match(findings[0]?.recommendations[1]?.summary ?? "", /40P01/);
          assert.deepEqual(
            findings[0]?.instances?.map(({ from, count, query }) => [from, count, query]),
            [
              [hoursAgo(2), 1, updateOrders],
              [hoursAgo(1), 1, updateOrders],
            ],
          );
          const evidence = texts(findings[0]);
          assert.ok(
            evidence.includes(`pid 100, before (probably took the lock): ${updateOrders}`),
            evidence.join("\n"),
          );
          assert.ok(
            evidence.includes(
              `pid 200, waiting for ShareLock on transaction, held by pid 100; rolled back: ${updateOrders}`,
            ),
            evidence.join("\n"),
          );
          assert.ok(evidence.includes(`Rolled back 2 times: ${updateOrders}`), evidence.join("\n"));
        },
      },
    },
    {
      name: "ten within an hour as critical",
      artifacts: log(minutesAgo([59, 50, 45, 40, 30, 25, 20, 15, 10, 0])),
      expect: { severity: "critical", messageIncludes: ["10 of them within 60 minutes"] },
    },
    {
      name: "ten over two hours as a warning",
      artifacts: log(minutesAgo([119, 110, 100, 90, 75, 45, 30, 20, 10, 0])),
      expect: { severity: "warning", messageIncludes: ["10 times"] },
    },
    {
      name: "rows of one table in opposite order",
      artifacts: log([sameTable]),
      expect: {
        messageIncludes: ["1 deadlock", "against itself", "Once at", "does not say which one was rolled back"],
        check: (findings) => assert.match(firstAdvice(findings), /Change the rows of orders in the order of their key/),
      },
    },
    {
      name: "sessions whose statements are not known, without an order",
      artifacts: log([unknown]),
      expect: {
        subject: { kind: "database", database: "shop" },
        messageIncludes: ["statements that the log does not have"],
        topics: [],
        check: (findings) => assert.match(firstAdvice(findings), /the log does not show the order/),
      },
    },
    {
      name: "two kinds apart",
      artifacts: log([crossed(), sameTable, crossed()]),
      expect: {
        count: 2,
        check: (findings) => {
          assert.deepEqual(findings.map(({ instances }) => instances?.length).toSorted(), [1, 2]);
        },
      },
    },
    {
      name: "a saved InnoDB status without a time",
      artifacts: log(
        [
          deadlock(
            [
              deadlockMember(1, 2, {
                pid: null,
                id: "421",
                blockedBy: ["422"],
                query: "insert into `orders` (`id`) values (?)",
                waitsFor: recordLock("lock_mode X insert intention waiting", "`shop`.`orders`"),
                holds: [recordLock("lock_mode X", "`shop`.`orders`")],
              }),
              deadlockMember(2, 1, {
                pid: null,
                id: "422",
                blockedBy: ["421"],
                query: "insert into `orders` (`id`) values (?)",
                waitsFor: recordLock("lock_mode X insert intention waiting", "`shop`.`orders`"),
                isVictim: true,
              }),
            ],
            { at: null },
          ),
        ],
        { engine: "mysql" },
      ),
      expect: {
        messageIncludes: ["at a time that the log does not say", "transaction 422 was rolled back"],
        check: (findings) => {
          assert.deepEqual(findings[0]?.instances, []);
          assert.match(firstAdvice(findings), /READ COMMITTED/);
          assert.match(findings[0]?.recommendations[1]?.summary ?? "", /1213/);
          const held = "transaction 421 held lock_mode X on record of shop.orders, index PRIMARY.";
          assert.ok(texts(findings[0]).includes(held), texts(findings[0]).join("\n"));
        },
      },
    },
    {
      name: "more than fifty, with fifty instances and what was not looked at",
      artifacts: log(minutesAgo(Array.from({ length: 60 }, (_, at) => at)), { deadlockCount: 75 }),
      expect: {
        check: ([finding]) => {
          assert.equal(finding?.instances?.length, 50);
          const text = "The log has 75 deadlocks; 60 were looked at.";
          assert.ok(texts(finding).includes(text), texts(finding).join("\n"));
        },
      },
    },
  ],
  quiet: [
    { name: "a log without deadlocks", artifacts: log([]) },
    { name: "a log of MySQL without deadlocks", artifacts: log([], { engine: "mysql" }) },
    { name: "one below a raised threshold", artifacts: log([crossed()]), thresholds: { minCount: 2 } },
    {
      name: "two kinds that are both below a raised threshold",
      artifacts: log([crossed(), sameTable]),
      thresholds: { minCount: 2 },
    },
    {
      name: "unknown statements in different tables below a raised threshold",
      artifacts: log(
        ["shop.orders", "shop.items"].map((table) =>
          deadlock([1, 2].map((pid) => deadlockMember(pid, 3 - pid, { waitsFor: recordLock("X", table) }))),
        ),
      ),
      thresholds: { minCount: 2 },
    },
    {
      name: "one with a statement missing beside a complete one, below a raised threshold",
      artifacts: log([sameTable, deadlock([deadlockMember(1, 2, { query: updateOrders }), deadlockMember(2, 1)])]),
      thresholds: { minCount: 2 },
    },
    {
      name: "a wait that ended in a deadlock which the log does not describe",
      artifacts: log([], { lockWaits: [loggedLockWait({ outcome: "deadlock" })] }),
    },
    {
      name: "an error of that code alone, whose circle the log does not describe",
      artifacts: log([], { errors: [loggedError("deadlock detected", { code: "40P01" })] }),
    },
  ],
});
