import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logPoissonTail } from "../../../src/stats/poisson.ts";

describe("logPoissonTail", () => {
  // Regularised lower incomplete gamma function at 40 digits.
  it.each([
    [1, 0.1, -2.35216846104409],
    [3, 2.5, -0.784852719837408],
    [5, 1, -5.61033398289715],
    [10, 0.5, -22.4895505433391],
    [20, 30, -0.0221162394441263],
    [100, 50, -21.8626797064103],
    [4.5, 0.5, -7.48312422004386],
    [2.6, 1, -2.01220836078186],
    [1, 1e-9, -20.7232658374464],
    [50, 1e-3, -493.866511292852],
    [1000, 10, -3619.53304535075],
    [100_000, 90_000, -540.425280683324],
    [1_000_000, 1_000_000, -0.692881254399696],
    [1_000_000_000, 100_000_000, -1402585104.16926],
  ])("of %d at a mean of %d is %d", (count, mean, expected) => {
    expect(Math.abs(logPoissonTail(count, mean) / expected - 1)).toBeLessThan(1e-9);
  });

  it("is certain for no occurrence and impossible without a mean", () => {
    expect(logPoissonTail(0, 3)).toBe(0);
    expect(logPoissonTail(1, 0)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("adds up the masses of the counts from there on", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.01, max: 60, noNaN: true }), (count, mean) => {
        let mass = Math.exp(-mean);
        let below = 0;
        for (let n = 0; n < count; n += 1) {
          below += mass;
          mass *= mean / (n + 1);
        }
        expect(Math.exp(logPoissonTail(count, mean))).toBeCloseTo(1 - below, 9);
      }),
    );
  });

  it("falls with the count and rises with the mean", () => {
    const positive = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (count, mean) => {
        const tail = logPoissonTail(count, mean);
        expect(tail).toBeLessThanOrEqual(0);
        expect(logPoissonTail(count * 1.01 + 1, mean)).toBeLessThanOrEqual(tail);
        expect(logPoissonTail(count, mean * 1.01 + 1)).toBeGreaterThanOrEqual(tail);
      }),
    );
  });
});
