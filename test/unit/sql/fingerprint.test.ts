import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fingerprintSql } from "../../../src/sql/fingerprint.ts";
import { loadSqlParser } from "../../../src/sql/parser.ts";
import { redactSql } from "../../../src/sql/redact.ts";
import { statementKind } from "../../../src/sql/statement-kind.ts";

beforeAll(loadSqlParser);

describe("the fingerprint of a statement", () => {
  it("is blind to literals, white space, letter case and comments", () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), (number, word) => {
        const literal = `'${word.replaceAll("\0", "").replaceAll("'", "''")}'`;
        expect(fingerprintSql(`SELECT a\nFROM t /* x */ WHERE b = ${number} and c = ${literal}`)).toBe(
          fingerprintSql("select a from t where b = $1 and c = $2"),
        );
      }),
    );
  });

  it("tells tables, columns and operators apart", () => {
    const texts = [
      "select a from t where b = $1",
      "select a from u where b = $1",
      "select a from t where c = $1",
      "select a from t where b > $1",
    ];
    expect(new Set(texts.map(fingerprintSql)).size).toBe(texts.length);
  });

  it("names text that the parser refuses by its tokens", () => {
    const truncated = fingerprintSql("select a from t where b = 17 and (c = 'x");
    expect(truncated).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintSql("select a from t where b = 99 and (c = 'y")).toBe(truncated);
    expect(fingerprintSql("select a from t where b = 99 and (d = 'y")).not.toBe(truncated);
  });
});

describe("redacting", () => {
  it("leaves no part of a literal", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{8,20}$/), fc.integer({ min: 10_000_000 }), (secret, number) => {
        const { text } = redactSql(`alter role app password '${secret}' valid until '${number}'; -- ${secret}`);
        expect(text).not.toContain(secret);
        expect(text).not.toContain(String(number));
      }),
    );
  });

  it("keeps known tags of comments and nothing else of them", () => {
    const { text, tags } = redactSql("select 1 /* route='%2Forders', customer='Ann', action:index */");
    expect(text).toBe("select ?");
    expect(tags).toEqual({ route: "/orders", action: "index" });
  });

  it("keeps parameters, identifiers with quotes and, where asked, literals", () => {
    expect(redactSql('select "a 1" from t where b = $1').text).toBe('select "a 1" from t where b = $1');
    expect(redactSql("select 'x', 1", { dialect: "postgres", keepLiterals: true }).text).toBe("select 'x', 1");
  });
});

describe("the kind of a statement", () => {
  it.each([
    ["with x as (select 1) select * from x", "select"],
    ["insert into t values ($1)", "insert"],
    ["merge into t using s on t.a = s.a when matched then delete", "merge"],
    ["vacuum analyze t", "utility"],
    ["select 1; drop table t", "unknown"],
    ["selekt", "unknown"],
  ])("of %s is %s", (text, kind) => {
    expect(statementKind(text)).toBe(kind);
  });
});
