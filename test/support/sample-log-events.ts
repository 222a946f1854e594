import type { Deadlock, LoggedError, LoggedLockWait, LoggedSession, Occurrences } from "../../src/model/log.ts";
import { at, invoiceUpdate, stockUpdate } from "./sample-log-statements.ts";
import { ordersQuery } from "./sample-statements.ts";

/** Occurrences from the count of each minute that had any: `occurrences({ "09:41": 3 })`. */
export function occurrences(counts: Readonly<Record<string, number>>): Occurrences {
  const perMinute = Object.entries(counts).map(([minute, count]) => ({ at: at(`${minute}:00`), count }));
  return {
    count: perMinute.reduce((sum, { count }) => sum + count, 0),
    firstAt: perMinute[0]?.at ?? at("08:00:12"),
    lastAt: perMinute.at(-1)?.at ?? at("08:00:12"),
    perMinute,
  };
}

function session(pid: number, application: string, user = "shop"): LoggedSession {
  return { pid, user, database: user, application };
}

const transaction = { kind: "transaction", relation: null, index: null };
const orderUpdate = { fingerprint: "6a10c9e2f4d8b357", query: "update orders set total = total + $1 where id = $2" };
const orderLock = { fingerprint: "7d1f0a93c2b14e58", query: ordersQuery };

export const sampleDeadlock: Deadlock = {
  at: at("09:41:07"),
  database: "shop",
  context: 'while updating tuple in relation "products"',
  members: [
    {
      id: "4711",
      pid: 4711,
      statement: stockUpdate,
      waitsFor: { mode: "ShareLock", object: transaction },
      blockedBy: ["4712"],
      holds: [{ mode: "ExclusiveLock", object: transaction }],
      earlierStatement: orderUpdate,
      isVictim: true,
    },
    {
      id: "4712",
      pid: 4712,
      statement: orderUpdate,
      waitsFor: { mode: "ShareLock", object: transaction },
      blockedBy: ["4711"],
      holds: [],
      earlierStatement: null,
      isVictim: false,
    },
  ],
};

/** 9077 waits for 9012, which waits itself for 8841, the root. */
export const sampleLockWaits: readonly LoggedLockWait[] = [
  {
    at: at("09:12:30"),
    waiter: session(9012, "billing-web", "billing"),
    statement: invoiceUpdate,
    mode: "ShareLock",
    object: transaction,
    waitedMs: 41_200,
    outcome: "acquired",
    holders: [{ pid: 8841, lastStatement: invoiceUpdate }],
    queue: [9012],
  },
  {
    at: at("09:12:44"),
    waiter: session(9077, "billing-worker", "billing"),
    statement: invoiceUpdate,
    mode: "ExclusiveLock",
    object: { kind: "tuple", relation: "16421", index: null },
    waitedMs: 12_004,
    outcome: "cancelled",
    holders: [{ pid: 9012, lastStatement: orderLock }],
    queue: [9077, 9080],
  },
];

export const sampleErrors: readonly LoggedError[] = [
  {
    ...occurrences({ "08:04": 2, "09:38": 11, "09:39": 64, "09:40": 122, "09:41": 97, "09:42": 20, "10:01": 1 }),
    code: "53300",
    severity: "fatal",
    message: "sorry, too many clients already",
    statement: null,
    database: "shop",
  },
  {
    ...occurrences({ "08:12": 1, "08:40": 2, "09:05": 1, "09:33": 3, "10:02": 1 }),
    code: "23505",
    severity: "error",
    message: "duplicate key value violates unique constraint ?",
    statement: {
      fingerprint: "a8830f5ec4d2b716",
      query: "insert into order_items (order_id, product_id, quantity, price) values ($1, $2, $3, $4)",
    },
    database: "shop",
  },
  {
    ...occurrences({ "09:12": 1 }),
    code: null,
    severity: "error",
    message: "canceling statement due to lock timeout",
    statement: invoiceUpdate,
    database: "billing",
  },
];
