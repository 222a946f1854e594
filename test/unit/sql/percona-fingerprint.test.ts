import { describe, expect, it } from "vitest";
import { perconaId } from "../../../src/sql/percona-fingerprint.ts";

/** Ids that pt-query-digest 3.2.1 printed, their last 16 digits. */
const PRINTED: readonly (readonly [sql: string, id: string])[] = [
  ["SELECT * FROM `t` WHERE a=1", "A82C456A5EA2C8E1"],
  ["select a from t order by a asc, b ASC, ascii(c) asc", "56FE806804FEA92D"],
  ["select a union select a", "BF124D55AE9FA1AF"],
  [
    "select a from t where b=1 union all select a from t where b=2 union all select a from t where b=3",
    "8D77A12773CCB77F",
  ],
  ["insert into t values (1,2),(3,4)", "CF687AF9F2D5E248"],
  ["INSERT INTO t\nVALUES (1,'a)'), (2,'b')", "CF687AF9F2D5E248"],
  ["insert ignore into t (a,b) values ('x,(',2) , (3,4) on duplicate key update a=1", "FD147C90EFE24541"],
  ["replace into t(a) values(1)", "1FEE5DD19BF13591"],
  ["use shop", "6C099B0B73EA7633"],
  ["USE `shop`", "6C099B0B73EA7633"],
  ["call proc(1,2)", "8DB1D907FB00F811"],
  ["  CALL db.proc (1)", "2324B1CF829DFD90"],
  ["administrator command: Quit", "AA353644DE4C4CB4"],
  ["/* c */ select 1", "16219655761820A2"],
  ["SELECT /*!40001 SQL_NO_CACHE */ * FROM `t`", "67A347A2812914DF"],
  ["REPLACE /*foo.bar:3/3*/ INTO checksum VALUES (1)", "4C88D66B213FB95B"],
  ["select 1 -- comment\nfrom t", "BCC8CFCF98576B16"],
  ["select 1 # it's\nfrom t", "F4FF184E304349E9"],
  ["select 'it''s', \"a \\\" b\"", "91BDD9E0872C876F"],
  ["select true, false, null, NULL", "32780B53A056E2A3"],
  ["select -1, +2, 1e5, 0xff, 1.5e-3", "576D4C2F1C2FE093"],
  ["select a1, b_2, t12.c3 from sbtest1", "17233F55E1883D7F"],
  ["select * from t limit 5", "B71696DAF8BE14DB"],
  ["select * from t limit 5, 10", "B71696DAF8BE14DB"],
  ["select * from t where a in (1,2,3) and b in ('x')", "0ABEB3C2E9F62264"],
  ["select * from t where (a,b) in ((1,2),(3,4))", "C2B71F551206B8AE"],
  ["select  \t\n\r\f *\n\n from t  \n", "11ECB8DC237B5A36"],
  ["żółć SELECT 'ą' FROM Ż", "72371D3608420879"],
  ["select 'unclosed", "BA93F2A3F765E39C"],
  ["select \"a' b\" , 'c\" d'", "83C8E53765791B4B"],
];

describe("perconaId", () => {
  it.each(PRINTED)("of %j", (sql, id) => {
    expect(perconaId(sql)).toBe(id);
  });

  it("is blind to literals, and not to names", () => {
    expect(perconaId("select a from t where b = 'x' and c in (1, 2)")).toBe(
      perconaId("SELECT a  FROM t WHERE b = '' AND c IN (3)"),
    );
    expect(perconaId("select a from t")).not.toBe(perconaId("select a from u"));
  });

  it("takes a long statement of many selects in good time", () => {
    const long = Array.from(
      { length: 1000 },
      (_, index) => `select c${"abcdefghij"[index % 10]} from t where d = ${index}`,
    ).join(" union ");
    expect(perconaId(long)).toMatch(/^[0-9A-F]{16}$/);
  });
});
