import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenTraces } from "../../../src/traces/open-traces.ts";
import { collect, eventsOf, scopeSizes } from "./support/collect.ts";
import { BASE_MS, KIND, type OtlpSpan, query, request, span } from "./support/otlp.ts";

const ITEMS = "select * from items where order_id = $1";

/** A request that loads orders and then the items of each. */
function loop(trace: number, count: number, firstId = 1): OtlpSpan[] {
  return [
    span({
      trace,
      id: firstId,
      name: "GET",
      kind: KIND.server,
      ms: 100,
      attributes: { "http.route": "/orders/:id", "http.request.method": "GET" },
    }),
    query("select * from orders limit 50", { trace, id: firstId + 1, parent: firstId, at: 1 }),
    ...Array.from({ length: count }, (_, index) =>
      query(ITEMS, { trace, id: firstId + 2 + index, parent: firstId, at: 2 + index }),
    ),
  ];
}

describe("the executions of a trace", () => {
  it("are those of one scope, which is named after its route, in the order of their start", () => {
    const { events, ended, tally } = collect([request(loop(7, 3))]);
    expect(events).toHaveLength(4);
    expect(new Set(events.map(({ scope }) => scope))).toEqual(
      new Set(["00000000000000000000000000000007/0000000000000001"]),
    );
    expect(ended).toEqual(["00000000000000000000000000000007/0000000000000001"]);
    expect(events[1]).toEqual({
      scope: "00000000000000000000000000000007/0000000000000001",
      name: "GET /orders/:id",
      application: "shop",
      startMs: BASE_MS + 2,
      durationMs: 1,
      text: ITEMS,
      dialect: "postgres",
      parameters: null,
      rows: null,
      session: null,
      callSite: null,
      orm: null,
    });
    expect(tally).toMatchObject({ spans: 5, statements: 4, damagedSpans: 0, aloneStatements: 0 });
    expect([...tally.engines]).toEqual(["postgres"]);
  });

  it("are the same whatever requests the spans come in, in whatever order, sent once or again", () => {
    const all = [...loop(1, 6), ...loop(2, 2), ...loop(3, 0)];
    const expected = collect([request(all)]).events;
    expect(scopeSizes(expected)).toEqual([7, 3, 1]);
    const split = fc
      .shuffledSubarray(all, { minLength: all.length })
      .chain((spans) =>
        fc.tuple(fc.constant(spans), fc.array(fc.nat(spans.length), { maxLength: 6 }), fc.subarray(spans)),
      );
    fc.assert(
      fc.property(split, ([spans, cuts, again]) => {
        const borders = [0, ...cuts.toSorted((a, b) => a - b), spans.length];
        const requests = borders.slice(1).map((end, index) => request(spans.slice(borders[index], end)));
        expect(collect([...requests, request(again)]).events).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("of several requests on one hot query stay apart", () => {
    const hot = Array.from({ length: 8 }, (_, index) => loop(index + 1, 1)).flat();
    expect(scopeSizes(collect([request(hot)]).events)).toEqual([2, 2, 2, 2, 2, 2, 2, 2]);
  });

  it("of two requests in one trace stay apart", () => {
    const root = span({ trace: 1, id: 100, name: "batch" });
    const requests = [1, 20].flatMap((id) => [
      span({ id, parent: 100, kind: KIND.server, name: "GET /a" }),
      query(ITEMS, { id: id + 1, parent: id, at: id }),
    ]);
    expect(scopeSizes(eventsOf(root, ...requests))).toEqual([1, 1]);
  });

  it("keep fractions of a millisecond", () => {
    const [event] = eventsOf(query("select 1", { id: 1, at: 0.25, ms: 0.123456 }));
    expect(event?.startMs).toBe(BASE_MS + 0.25);
    expect(event?.durationMs).toBe(0.123456);
  });
});

describe("open traces", () => {
  it("are closed when nothing has come of them for a while", () => {
    const events: string[] = [];
    const traces = new OpenTraces({ add: ({ text }) => void events.push(text), endScope: () => undefined });
    const [server, source, ...rest] = loop(1, 2);
    traces.addRequest(request([server, source].flatMap((item) => item ?? [])), 1000);
    traces.addRequest(request(loop(2, 0, 50)), 2000);
    traces.addRequest(request(rest), 3000);
    traces.closeQuiet(2000);
    expect(events).toEqual([]);
    traces.closeQuiet(2001);
    expect(events).toEqual(["select * from orders limit 50"]);
    traces.closeQuiet(3001);
    expect(events).toHaveLength(4);
    expect(traces.tally.lateSpans).toBe(0);
  });

  it("are closed, the quietest first, when there are too many spans; what comes later is counted", () => {
    const late = query(ITEMS, { trace: 1, id: 30, parent: 1, at: 50 });
    const { events, tally, ended } = collect([request(loop(1, 6)), request(loop(2, 6)), request([late])], {
      mostSpans: 10,
    });
    expect(events).toHaveLength(15);
    expect(tally.lateSpans).toBe(1);
    expect(new Set(ended).size).toBe(3);
    expect(ended).toHaveLength(3);
  });
});
