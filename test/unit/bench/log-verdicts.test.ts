import { describe, expect, it } from "vitest";
import { type Labels, labelsOf, type NotedRequest, normalised } from "../../../bench/n-plus-one/labels.ts";
import { type Spoken, verdictsOf } from "../../../bench/n-plus-one/log-verdicts.ts";

const SETUP = {
  half: "development",
  application: "pg",
  pool: 5,
  perSecond: 50,
  variant: "plain",
  dialect: "postgres",
} as const;
const ORDERS = "select * from orders where customer_id = $1";
const SETTING = "select value from settings where name = $1";

describe("labels", () => {
  it("take the repeated statement and its time from what the request sent", () => {
    const { requests } = labelsOf([request(1, "has-many", [["select 1", 0], ...loop(ORDERS, 6, 10)])], SETUP);
    expect(requests).toMatchObject([
      {
        scenario: "has-many",
        rule: "n-plus-one",
        scopeClass: "C",
        planted: [{ query: "select * from orders where customer_id = ?", count: 6, from: 10, to: 61 }],
        queries: ["select ?", "select * from orders where customer_id = ?"],
      },
    ]);
  });

  it("have class B where one transaction is around the loop, not one around each statement", () => {
    const around = request(1, "has-many", [["BEGIN", 0], ...loop(ORDERS, 6, 10), ["COMMIT", 99]]);
    const each = request(
      2,
      "write-each",
      loop("update t set a = 1", 6, 0).flatMap((one) => [["START TRANSACTION", 0] as const, one]),
    );
    expect(labelsOf([around, each], SETUP).requests.map(({ scopeClass }) => scopeClass)).toEqual(["B", "C"]);
    expect(labelsOf([each], { ...SETUP, variant: "comments" }).requests[0]?.scopeClass).toBe("A");
  });

  it("count the statements of the requests that a look-alike asks for as its own, and keep the background apart", () => {
    const { requests, background } = labelsOf(
      [
        request(1, "hot-burst", []),
        { ...request(2, "hot-point", [[ORDERS, 5]]), by: "1" },
        { ...request(3, "hot-point", [[SETTING, 5]]), by: "background" },
      ],
      SETUP,
    );
    expect(requests.map(({ scenario, queries }) => [scenario, queries])).toEqual([
      ["hot-burst", ["select * from orders where customer_id = ?"]],
    ]);
    expect(background).toEqual({ requests: 1, queries: ["select value from settings where name = ?"] });
  });

  it("are refused where the loop is not in what was sent", () => {
    expect(() => labelsOf([request(1, "has-many", loop(ORDERS, 4, 0))], SETUP)).toThrow("no loop in a request");
  });
});

describe("normalised", () => {
  it.each([
    [
      'SELECT "id" FROM "orders" AS "order"\n WHERE "order"."id" = 5;',
      "select id from orders as order where order.id = $1",
    ],
    ["select * from t where id in (1, 2, 3) /*route='x'*/", "select * from t where id in ($1)"],
    ["insert into t (a, b) values ('x', 1), ('y', null)", "insert into t (a, b) values ($1, $2)"],
  ])("makes %s and %s the same", (a, b) => {
    expect(normalised(a, "postgres")).toBe(normalised(b, "postgres"));
  });

  it("keeps statements apart that differ in a name", () => {
    expect(normalised("select a from t where id = 1", "postgres")).not.toBe(
      normalised("select a from u where id = 1", "postgres"),
    );
    expect(normalised('select "a" from `t`', "mariadb")).toBe("select ? from t");
  });
});

describe("verdicts", () => {
  const labels = labelsOf(
    [
      request(1, "has-many", loop(ORDERS, 40, 1000)),
      request(2, "same-again", loop(SETTING, 30, 5000)),
      request(3, "polling", loop(SETTING, 7, 5100)),
      request(4, "few-rows", loop(ORDERS, 3, 9000)),
      { ...request(5, "hot-point", [[ORDERS, 20_000]]), by: "background" },
    ],
    SETUP,
  );

  it("find a loop where the statement and the time are its own", () => {
    expect(told(labels, spoken(ORDERS, 1000, 1400))).toEqual({ found: ["has-many"], alarms: [] });
    // Half of it, and a log's times beside the application's.
    expect(told(labels, spoken(ORDERS, 1200, 1440))).toEqual({ found: ["has-many"], alarms: [] });
  });

  it("take the finder whose rule is meant before another one of the family", () => {
    const other = spoken(ORDERS, 1000, 1400, "redundant-query");
    const { loops } = verdictsOf(labels, [other, spoken(ORDERS, 1000, 1400)]);
    expect(loops[0]?.by?.rule).toBe("n-plus-one");
    expect(verdictsOf(labels, [other]).loops[0]?.by?.rule).toBe("redundant-query");
  });

  it.each([
    ["another statement", spoken("select * from customers where id = $1", 1000, 1400), "elsewhere", "C"],
    ["another time", spoken(ORDERS, 8990, 9030), "few-rows", "C"],
    ["much more time than the loop has", spoken(ORDERS, 0, 4000), "has-many", "C"],
    ["no time", { ...spoken(ORDERS, 0, 0), time: null }, "few-rows", "C"],
    ["background", spoken(ORDERS, 20_000, 20_400), "background", "C"],
  ])("count as wrong: %s", (_name, one, scenario, scopeClass) => {
    const { loops, alarms } = verdictsOf(labels, [one]);
    expect(loops.every(({ by }) => by === null)).toBe(true);
    expect(alarms.map((alarm) => [alarm.scenario, alarm.scopeClass])).toEqual([[scenario, scopeClass]]);
  });

  it("count as wrong what is about a look-alike beside a loop of the same statement", () => {
    expect(told(labels, spoken(SETTING, 5100, 5161))).toEqual({ found: [], alarms: ["polling"] });
    expect(told(labels, spoken(SETTING, 5000, 5291))).toEqual({ found: ["same-again"], alarms: [] });
  });

  it("allow for the whole seconds of a slow log", () => {
    const onMariadb: Labels = { ...labels, dialect: "mariadb" };
    expect(told(onMariadb, spoken("select * from orders where customer_id = ?", 1000, 1000)).found).toEqual([
      "has-many",
    ]);
    expect(told(labels, spoken(ORDERS, 100, 100)).found).toEqual([]);
  });
});

function told(labels: Labels, one: Spoken): { found: string[]; alarms: string[] } {
  const { loops, alarms } = verdictsOf(labels, [one]);
  return {
    found: loops.filter(({ by }) => by !== null).map(({ request: { scenario } }) => scenario),
    alarms: alarms.map(({ scenario }) => scenario),
  };
}

function spoken(query: string, from: number, to: number, rule = "n-plus-one"): Spoken {
  return { rule, confidence: "estimated", query, time: { from, to } };
}

function request(id: number, scenario: string, statements: readonly (readonly [string, number])[]): NotedRequest {
  const times = statements.map(([, at]) => at);
  const noted = statements.map(([text, at]) => ({ text, from: at, to: at + 1 }));
  return { id, by: "driver", scenario, from: Math.min(...times), to: Math.max(...times) + 1, statements: noted };
}

/** A statement so many times, one every 10 ms. */
function loop(text: string, count: number, from: number): (readonly [string, number])[] {
  return Array.from({ length: count }, (_, at) => [text, from + at * 10] as const);
}
