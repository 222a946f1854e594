import { describe, expect, it } from "vitest";
import { Names } from "../../../../src/logs/digest/names.ts";

describe("Names", () => {
  it("gives the same number to the same name, and another to another", () => {
    const names = new Names();
    const shop = names.of("shop");
    expect(names.of("shop")).toBe(shop);
    expect(names.of("shöp")).not.toBe(shop);
    expect(names.text(shop)).toBe("shop");
  });

  it("takes bytes that are no UTF-8 for the text that they give, so that a saved digest says the same", () => {
    const names = new Names();
    const first = names.ofBytes(Buffer.from([0x80, 0x68]), 0, 2);
    const second = names.ofBytes(Buffer.from([0x81, 0x68]), 0, 2);
    expect(second).toBe(first);
    expect(names.ofBytes(Buffer.from([0x81, 0x68]), 0, 2)).toBe(first);
    expect(names.of("\uFFFDh")).toBe(first);
    const saved = new Names();
    for (let id = 1; id < names.count; id += 1) saved.of(names.raw(id));
    expect(saved.count).toBe(names.count);
    expect(saved.raw(first)).toBe(names.raw(first));
  });
});
