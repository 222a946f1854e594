import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBytes, formatMs, formatSeconds, formatShare, formatSpan, plural } from "../../../src/util/units.ts";

describe("units", () => {
  it.each([
    [formatMs(0), "0 ms"],
    [formatMs(0.042), "0.042 ms"],
    [formatMs(999.4), "999 ms"],
    [formatMs(999.7), "1 s"],
    [formatMs(3200), "3.2 s"],
    [formatSeconds(59.7), "1 min"],
    [formatSeconds(3599), "1 h"],
    [formatSeconds(47.8 * 3600), "2 d"],
    [formatBytes(512), "512 bytes"],
    [formatBytes(1024 ** 2 - 1), "1 MB"],
    [formatSpan(86_400 * 2 + 3 * 3600), "2 d 3 h"],
    [formatSpan(0.2), "0 s"],
    [plural(1, "row"), "1 row"],
    [plural(0.67, "row"), "1 row"],
    [plural(2, "query", "queries"), "2 queries"],
  ])("%s is %s", (found, expected) => expect(found).toBe(expected));

  it.each([
    [0, "0 %"],
    [0.0001, "< 0.1 %"],
    [0.024, "2.4 %"],
    [0.61, "61 %"],
    [0.997, "99.7 %"],
    [0.9999, "> 99.9 %"],
    [1, "100 %"],
  ])("a share of %d is %s", (share, expected) => expect(formatShare(share)).toBe(expected));

  it("never says all for less than all, nor nothing for something", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(formatShare(share) === "100 %").toBe(share === 1);
        expect(formatShare(share) === "0 %").toBe(share === 0);
      }),
    );
  });

  it("keeps a number within its unit, and within two digits of the value", () => {
    const msOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
    const most: Readonly<Record<string, number>> = { ms: 999, s: 59, min: 59, h: 47, d: Number.POSITIVE_INFINITY };
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e12, noNaN: true }), (ms) => {
        const [amount = "", unit = ""] = formatMs(ms).split(" ");
        const value = Number(amount.replaceAll(",", ""));
        expect(value).toBeLessThanOrEqual(most[unit] ?? 0);
        expect(Math.abs(value * (msOf[unit] ?? 0) - ms) / ms).toBeLessThan(0.06);
      }),
    );
  });
});
