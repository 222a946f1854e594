import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanSql } from "../../../src/sql/scan.ts";

const pieces = fc.constantFrom(
  "select",
  " ",
  "'a''b'",
  "'open",
  '"Q q"',
  "$1",
  "$$x$$",
  "$t$ ' $t$",
  "--c\n",
  "/* /* n */ */",
  "/*",
  "1.5e3",
  ".5",
  "::",
  "é",
  "\\",
  "E'\\''",
  "\n",
  "U&'x'",
  "0x1F",
  "#",
  "`",
);
const sql = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join("")),
);

function kinds(text: string): string[] {
  return scanSql(text)
    .filter(({ kind }) => kind !== "space")
    .map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
}

describe("scanning SQL", () => {
  it("covers every text whole, without gaps or empty tokens, in both dialects", () => {
    fc.assert(
      fc.property(sql, fc.constantFrom("postgres" as const, "mysql" as const), (text, dialect) => {
        let at = 0;
        for (const { start, end } of scanSql(text, { dialect })) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(at).toBe(text.length);
      }),
    );
  });

  it("keeps a quote inside a string, a dollar quote and a nested comment together", () => {
    expect(kinds("select 'it''s', $q$ ' $q$ /* a /* b */ c */ -- d")).toEqual([
      "word select",
      "string 'it''s'",
      "symbol ,",
      "string $q$ ' $q$",
      "comment /* a /* b */ c */",
      "comment -- d",
    ]);
  });

  it("tells parameters, numbers and identifiers with digits apart", () => {
    expect(kinds("t1.c2 = $12 + 1.5e-3")).toEqual([
      "word t1",
      "symbol .",
      "word c2",
      "symbol =",
      "parameter $12",
      "symbol +",
      "number 1.5e-3",
    ]);
  });

  it("reads backslashes in strings as MySQL does, and only there", () => {
    const text = "'a\\' b'";
    expect(scanSql(text, { dialect: "mysql" })).toHaveLength(1);
    expect(scanSql(text).length).toBeGreaterThan(1);
  });
});
