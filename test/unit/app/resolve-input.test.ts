import { describe, expect, it } from "vitest";
import { resolveInput } from "../../../src/app/resolve-input.ts";

const prod = { url: "postgres://db1/shop", passwordCommand: "pass db1", role: "reader", writable: false };

function resolve(argument: string | undefined, variables: Record<string, string> = {}) {
  const environment = { variables, homeDirectory: "/nowhere", userName: "me" };
  return resolveInput(argument, { targets: { prod }, environment, cwd: process.cwd() });
}

describe("what the target argument means", () => {
  it("takes a URL as it is", () => {
    expect(resolve("postgres://a/b")).toMatchObject({ kind: "target", spec: { name: null, url: "postgres://a/b" } });
  });

  it("takes a name of the configuration with all that is said of it", () => {
    expect(resolve("prod")).toEqual({ kind: "target", spec: { ...prod, name: "prod" } });
  });

  it("takes a file that is there as a capture", () => {
    expect(resolve("package.json")).toMatchObject({ kind: "capture", file: expect.stringContaining("package.json") });
  });

  it("takes DATABASE_URL, then the PG variables, where nothing is given", () => {
    expect(resolve(undefined, { DATABASE_URL: "postgres://x/y" })).toMatchObject({ spec: { url: "postgres://x/y" } });
    expect(resolve(undefined, { PGHOST: "h" })).toMatchObject({ spec: { url: null } });
  });

  it("says what is missing or unknown", () => {
    expect(() => resolve(undefined)).toThrow("No database was named");
    expect(() => resolve("prdo")).toThrow(/neither a database URL.*prod/);
    expect(() => resolve("./missing.json")).toThrow("does not exist");
    expect(() => resolve("src/")).toThrow("it is a folder");
    expect(() => resolve("constructor")).toThrow("neither");
  });
});
