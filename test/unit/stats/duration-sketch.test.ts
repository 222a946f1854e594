import { DDSketch } from "@datadog/sketches-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DurationSketch } from "../../../src/stats/duration-sketch.ts";

const RANKS = [0, 0.25, 0.5, 0.95, 0.99, 1];
const durations = fc.array(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 50_000_000 })), {
  minLength: 1,
  maxLength: 120,
});

function sketchOf(values: readonly number[]): DurationSketch {
  const sketch = new DurationSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

describe("a sketch of durations", () => {
  it("gives quantiles within 1 % of the sorted values", () => {
    fc.assert(
      fc.property(durations, (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        for (const [index, found] of sketchOf(values).quantiles(RANKS).entries()) {
          const exact = sorted[Math.max(0, Math.ceil((RANKS[index] ?? 0) * sorted.length) - 1)] ?? 0;
          expect(Math.abs((found ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.0101);
        }
      }),
      { seed: 1 },
    );
  });

  it("has the bins of the library's sketch", () => {
    fc.assert(
      fc.property(durations, (values) => {
        const library = new DDSketch({ relativeAccuracy: 0.01 });
        for (const value of values) library.accept(value);
        const { bins, offset } = library.store;
        const expected = bins.flatMap((count, index) => (count > 0 ? [[index + offset, count]] : []));
        expect([...sketchOf(values).bins()]).toEqual(expected);
      }),
      { seed: 2 },
    );
  });

  it("merges in any order and grouping to the same bins", () => {
    fc.assert(
      fc.property(durations, durations, durations, (a, b, c) => {
        const left = sketchOf(a);
        left.merge(sketchOf(b));
        left.merge(sketchOf(c));
        const right = sketchOf(c);
        const inner = sketchOf(b);
        inner.merge(sketchOf(a));
        right.merge(inner);
        expect([...right.bins()]).toEqual([...left.bins()]);
        expect([...left.bins()]).toEqual([...sketchOf([...a, ...b, ...c]).bins()]);
      }),
      { seed: 3 },
    );
  });

  it("counts what takes no measurable time apart, and weights", () => {
    const sketch = new DurationSketch();
    sketch.add(0, 3);
    sketch.add(1000, 40);
    expect(sketch.zeros).toBe(3);
    expect(sketch.quantiles([0])).toEqual([0]);
    expect(sketch.countBetween(0, 1)).toBe(3);
    expect(sketch.countBetween(900, 1100)).toBe(40);
  });

  it("knows nothing of nothing", () => {
    expect(new DurationSketch().quantiles([0.5])).toEqual([null]);
  });
});
