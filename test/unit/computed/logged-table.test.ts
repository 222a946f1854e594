import { describe, expect, it } from "vitest";
import { loggedTable } from "../../../src/computed/logged-table.ts";
import { relation } from "../../../src/testing.ts";

describe("loggedTable", () => {
  it("takes database, schema and table apart", () => {
    expect(loggedTable("shop.public.orders", [])).toEqual({ database: "shop", table: relation("orders") });
  });

  it("asks the catalogue about a dot inside a name", () => {
    const table = { schema: "public", name: "orders.2026" };
    expect(loggedTable("shop.public.orders.2026", [relation("orders"), table])).toEqual({ database: "shop", table });
  });

  it.each([
    ["a dot that the catalogue does not explain", "shop.public.orders.2026", [relation("orders")]],
    [
      "a dot that it explains twice",
      "shop.a.b.c",
      [
        { schema: "a", name: "b.c" },
        { schema: "b", name: "c" },
      ],
    ],
    ["a name without its parts", "orders", [relation("orders")]],
    ["a name with an empty part", "shop.public.", []],
  ])("keeps the whole text for %s", (_, text, catalogue) => {
    expect(loggedTable(text, catalogue)).toEqual({ database: null, table: { schema: "", name: text } });
  });
});
