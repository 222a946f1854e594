import { describe, expect, it } from "vitest";
import { relationLabel } from "../../../src/computed/relations.ts";

describe("relationLabel", () => {
  it.each([
    [{ schema: "public", name: "orders" }, "orders"],
    [{ schema: "billing", name: "orders" }, "billing.orders"],
    [{ schema: "", name: "orders" }, "orders"],
    [{ schema: " ", name: "orders" }, " .orders"],
  ])("names %j", (relation, expected) => {
    expect(relationLabel(relation)).toBe(expected);
  });
});
