import { describe, expect, it } from "vitest";
import type { Burst, BurstTotal } from "../../../../src/logs/loops/burst-totals.ts";
import { stitchedLoops } from "../../../../src/logs/loops/stitched-loops.ts";

const SOURCE = 1;
const REPEATED = 2;
const CLIENT = { route: null, application: "shop" };

function burst(more: Partial<Burst> = {}, sighting: Partial<Burst["sources"][number]> = {}): Burst {
  const source = { statement: SOURCE, executions: 1, rows: null, leadMs: 4, pauseMs: 2, durationMs: 2, ...sighting };
  return {
    kind: "n-plus-one",
    isAlone: true,
    fromMs: 1000,
    toMs: 1050,
    count: 20,
    totalUs: 4000,
    savedUs: 3800,
    score: 40,
    sources: [source],
    ...more,
  };
}

function total(bursts: readonly Burst[]): BurstTotal {
  return { client: CLIENT, kind: bursts[0]?.kind ?? "n-plus-one", statement: REPEATED, bursts };
}

function found(bursts: readonly Burst[], sourceCalls: number, spanMs = 600_000) {
  const callsOf = (statement: number): number => (statement === SOURCE ? sourceCalls : 1000);
  return stitchedLoops([total(bursts)], { callsOf, spanMs, isCoarse: false }).map(({ source, bursts: own }) => ({
    source,
    runs: own.length,
  }));
}

const many = (count: number, make: () => Burst): Burst[] => Array.from({ length: count }, make);

describe("stitchedLoops", () => {
  it("takes bursts with their source, where it stands before each of them", () => {
    expect(found(many(10, burst), 10)).toEqual([{ source: SOURCE, runs: 10 }]);
  });

  it("takes one burst with a source that is rare and close", () => {
    expect(found([burst()], 1)).toEqual([{ source: SOURCE, runs: 1 }]);
  });

  it("leaves the bursts out that have no source", () => {
    const bursts = [...many(8, burst), burst({ sources: [] }), burst({ sources: [] })];
    expect(found(bursts, 8)).toEqual([{ source: SOURCE, runs: 8 }]);
  });

  it("is silent where the other statement runs as often as the repeats", () => {
    expect(
      found(
        many(10, () => burst({}, { executions: 20 })),
        200,
      ),
    ).toEqual([]);
  });

  it("is silent where the other statement stands anywhere", () => {
    // 30 a second: within 50 ms there is always one.
    expect(
      found(
        many(10, () => burst({}, { pauseMs: 30 })),
        18_000,
      ),
    ).toEqual([]);
  });

  it("is silent where few of the bursts have it, and its rate explains these", () => {
    const bursts = [burst({}, { pauseMs: 40 }), ...many(19, () => burst({ sources: [] }))];
    expect(found(bursts, 600)).toEqual([]);
  });

  it("is silent about one burst whose source ended long before", () => {
    expect(found([burst({}, { pauseMs: 40 })], 1)).toEqual([]);
  });

  it("is silent about one burst that is spread out", () => {
    expect(found([burst({ toMs: 3000 })], 1)).toEqual([]);
  });

  it("is silent where the source returned one row", () => {
    expect(
      found(
        many(10, () => burst({}, { rows: 1 })),
        10,
      ),
    ).toEqual([]);
  });

  it("is silent about reads without a source", () => {
    expect(
      found(
        many(10, () => burst({ sources: [] })),
        10,
      ),
    ).toEqual([]);
  });

  it("takes writes without a source where nothing comes with them", () => {
    const write = { kind: "row-by-row-write", sources: [] } as const;
    expect(
      found(
        many(3, () => burst(write)),
        10,
      ),
    ).toEqual([{ source: null, runs: 3 }]);
    expect(
      found(
        many(3, () => burst({ ...write, isAlone: false })),
        10,
      ),
    ).toEqual([]);
  });
});
