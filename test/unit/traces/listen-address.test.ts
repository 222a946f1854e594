import { describe, expect, it } from "vitest";
import { parseListenAddress } from "../../../src/traces/receive/listen-address.ts";

describe("the address to listen on", () => {
  it.each([
    ["127.0.0.1:4318", "127.0.0.1", 4318],
    ["4318", "127.0.0.1", 4318],
    [":4318", "127.0.0.1", 4318],
    ["0.0.0.0:0", "0.0.0.0", 0],
    ["[::1]:4318", "::1", 4318],
    ["localhost:4318", "localhost", 4318],
  ])("%s is %s, port %i", (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
  });

  it.each(["", "localhost", "127.0.0.1:70000", "http://127.0.0.1:4318", "::1:4318", "a b:1"])("is not %j", (text) => {
    expect(parseListenAddress(text)).toBeNull();
  });
});
