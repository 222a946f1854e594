import { describe, expect, it } from "vitest";
import { eventsOf, type ServerMessage } from "../../../../../src/engines/postgres/logs/message.ts";
import type { LogEvent } from "../../../../../src/logs/digest/events.ts";

function events(message: Partial<ServerMessage>): readonly LogEvent[] {
  const session = { pid: 12, user: "app", database: "shop", application: null };
  const empty = { detail: null, hint: null, context: null, statement: null };
  const error = { timeMs: 0, session, severity: "error", sqlstate: "22P02", message: "", ...empty } as const;
  return eventsOf({ ...error, ...message }, (text) => text);
}

describe("the text of an error", () => {
  it.each([
    ['invalid input syntax for type integer: "secret"', "invalid input syntax for type integer: ?"],
    ['invalid input syntax for type integer: "a "quoted" secret"', "invalid input syntax for type integer: ?"],
    ['invalid input syntax for type integer: "first\nsecret" x"', "invalid input syntax for type integer: ?"],
    [`unterminated quoted string at or near "'a "secret"\n;"`, "unterminated quoted string at or near ?"],
    ['column "secret" of relation "orders" does not exist', "column ? of relation ? does not exist"],
    ["value too long for type character varying(10)", "value too long for type character varying?"],
    ["division by zero", "division by zero"],
    ["first line\nsecret", "first line"],
  ])("is %j without what is data", (message, expected) => {
    expect(events({ message })).toMatchObject([{ kind: "error", message: expected }]);
  });
});

describe("the text that a function raises", () => {
  it.each([
    ["by its SQLSTATE", { sqlstate: "P0001" }],
    [
      "by its context, where the prefix has no SQLSTATE",
      { sqlstate: null, context: "PL/pgSQL function f() line 3 at RAISE" },
    ],
  ])("is left out, known %s", (_, known) => {
    const [error] = events({ message: "customer Ann Smith is blocked", ...known });
    expect(JSON.stringify(error)).not.toContain("Smith");
  });
});

describe("the context of a deadlock", () => {
  const detail = [
    "Process 12 waits for ShareLock on transaction 7; blocked by process 13.",
    "Process 13 waits for ShareLock on transaction 8; blocked by process 12.",
  ].join("\n");

  it.each([
    ['while updating tuple (0,7) in relation "orders"', 'while updating tuple ? in relation "orders"'],
    [`SQL statement "select pg_advisory_lock(hashtext('secret'))"\nPL/pgSQL function f() line 3 at PERFORM`, null],
    [null, null],
  ])("is taken of %j without literals", (context, expected) => {
    const message = { message: "deadlock detected", sqlstate: "40P01", detail, context };
    expect(events(message).find(({ kind }) => kind === "deadlock")).toMatchObject({ context: expected });
  });
});
