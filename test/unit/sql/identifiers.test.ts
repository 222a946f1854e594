import { describe, expect, it } from "vitest";
import { quoteRelation } from "../../../src/sql/identifiers.ts";

describe("quoteRelation", () => {
  it.each([
    [{ schema: "public", name: "orders" }, "orders"],
    [{ schema: "billing", name: "order" }, 'billing."order"'],
    [{ schema: "", name: "orders" }, "orders"],
    [{ schema: "", name: "Odd Name" }, '"Odd Name"'],
    [{ schema: "Public", name: "orders" }, '"Public".orders'],
  ])("quotes %j", (relation, expected) => {
    expect(quoteRelation(relation)).toBe(expected);
  });
});
