import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  displayWidth,
  padLeft,
  padRight,
  printable,
  printableLines,
  spread,
  truncate,
  truncateLength,
  wrap,
} from "../../../src/util/text.ts";

describe("printable", () => {
  it("leaves ordinary text alone", () => {
    expect(printable("select 1, 'ä', '日本', '→'")).toBe("select 1, 'ä', '日本', '→'");
  });

  it("folds white space", () => {
    expect(printable("  select\n\t1 ")).toBe("select 1");
  });

  it("shows control and direction characters as escapes", () => {
    expect(printable("a\u001b[31mb\u202ec\u2066d\u200be\u0000")).toBe("a\\x1b[31mb\\u202ec\\u2066d\\u200be\\x00");
  });

  it("shows halves of characters as escapes and keeps whole ones", () => {
    expect(printable("\ud83d x 😀")).toBe("\\ud83d x 😀");
  });

  it("keeps line breaks where lines are wanted", () => {
    expect(printableLines("a\r\n\tb\u202e")).toBe("a\n\tb\\u202e");
  });
});

describe("truncate", () => {
  it("keeps what fits", () => {
    expect(truncate("select 1", 8)).toBe("select 1");
  });

  it("cuts to the width with an ellipsis", () => {
    expect(truncate("select 1", 7)).toBe("select…");
    expect(truncate("select 1", 1)).toBe("…");
    expect(truncate("select 1", 0)).toBe("");
  });

  it("counts wide characters as two columns", () => {
    expect(displayWidth(truncate("日本語日本語", 7))).toBe(7);
  });

  it("cuts a megabyte", () => {
    expect(displayWidth(truncate("x".repeat(1_048_576), 80))).toBe(80);
  });
});

describe("truncateLength", () => {
  it("keeps what fits", () => {
    expect(truncateLength("abc", 3)).toBe("abc");
  });

  it("counts what it leaves out and never splits a character", () => {
    expect(truncateLength("x".repeat(3000), 1000)).toBe(`${"x".repeat(1000)}… (2,000 more characters)`);
    expect(truncateLength("ab😀cd", 3)).toBe("ab… (4 more characters)");
  });
});

describe("layout", () => {
  it("wraps and breaks long words", () => {
    expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrap("x".repeat(20), 8)).toEqual(["xxxxxxxx", "xxxxxxxx", "xxxx"]);
  });

  it("pads by columns", () => {
    expect(padLeft("日", 4)).toBe("  日");
    expect(padRight("日", 4)).toBe("日  ");
    expect(padLeft("too long", 4)).toBe("too long");
  });

  it("spreads two texts, or says that they do not fit", () => {
    expect(spread("a", "b", 5)).toBe("a   b");
    expect(spread("abc", "def", 7)).toBeNull();
  });
});

/** Words of plain, wide, combining and composed characters. */
const line = fc
  .array(
    fc.oneof(
      fc.constantFrom("❤️", "1️⃣", "👩‍👩‍👧", "🇩🇪", "日本", "e\u0301", " ", "x", "select"),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => printable(parts.join("")));

describe("width", () => {
  it("is never more than asked after truncate", () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 0, max: 40 }), (text, width) => {
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("is never more than asked after wrap, which loses nothing but white space", () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 8, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        for (const one of lines) expect(displayWidth(one)).toBeLessThanOrEqual(width);
        // wrap-ansi composes characters (NFC).
        expect(lines.join("").replace(/\s/g, "").normalize()).toBe(text.replace(/\s/g, "").normalize());
      }),
    );
  });

  it("breaks emoji that are wider than their parts, and keeps colours whole", () => {
    const lines = wrap(`\u001b[1m${"❤️".repeat(10)}\u001b[22m`, 8);
    for (const one of lines) expect(displayWidth(one)).toBeLessThanOrEqual(8);
    expect(lines.join("").replaceAll("\u001b[1m", "").replaceAll("\u001b[22m", "")).toBe("❤️".repeat(10));
  });
});
