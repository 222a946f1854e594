import { describe, expect, it } from "vitest";
import { originOf, originOfNow, originOfText } from "../../../src/probe/call-site.ts";
import type { Frame } from "../../../src/probe/stack-frames.ts";

function frame(file: string, line: number, index = 0): Frame {
  return { index, file, line, column: 1, functionName: null };
}

const asIs = (found: Frame): Frame => found;

describe("call sites", () => {
  it("is the line that asks, also behind awaits", async () => {
    const asks = async (): Promise<ReturnType<typeof originOfNow>> => {
      await Promise.resolve();
      return originOfNow();
    };
    const { callSite, orm } = await asks();
    expect(callSite?.file).toBe(import.meta.filename);
    expect(callSite?.functionName).toBe("asks");
    expect(orm).toBeNull();
  });

  it("leaves the limit and the formatter of stacks as they were", () => {
    const before = [Error.stackTraceLimit, Error.prepareStackTrace];
    originOfNow();
    expect([Error.stackTraceLimit, Error.prepareStackTrace]).toEqual(before);
  });

  it("is the first frame outside of libraries, and names the uppermost one that writes SQL", () => {
    const frames = [
      frame("/app/node_modules/pg/lib/client.js", 1),
      frame("/app/node_modules/.pnpm/knex@3.3.0/node_modules/knex/lib/client.js", 2),
      frame("/app/node_modules/objection/lib/query.js", 3),
      frame("/app/src/orders.js", 42),
      frame("/app/src/index.js", 7),
    ];
    expect(originOf({ frames, sourceOf: asIs })).toEqual({
      orm: "objection",
      callSite: { file: "/app/src/orders.js", line: 42, column: 1, functionName: null },
    });
  });

  it("takes a library for one although its source map names a place outside of node_modules", () => {
    const frames = [frame("/app/node_modules/typeorm/query/Runner.js", 1, 0), frame("/app/src/a.js", 2, 1)];
    const sourceOf = (found: Frame): Frame =>
      found.index === 0 ? frame("/app/src/query/Runner.ts", 9) : frame("/app/src/a.ts", 5);
    expect(originOf({ frames, sourceOf })).toMatchObject({
      orm: "typeorm",
      callSite: { file: "/app/src/a.ts", line: 5 },
    });
  });

  it("passes over what a bundle's map says is a library", () => {
    const frames = [frame("/app/dist/bundle.js", 1, 0), frame("/app/dist/bundle.js", 900, 1)];
    const sourceOf = (found: Frame): Frame =>
      found.index === 0 ? frame("/app/node_modules/knex/lib/client.js", 9) : frame("/app/src/a.ts", 5);
    expect(originOf({ frames, sourceOf })).toMatchObject({ orm: "knex", callSite: { file: "/app/src/a.ts", line: 5 } });
  });

  it("says nothing where the map of the line says nothing: never a wrong line", () => {
    const frames = [frame("/app/dist/a.js", 1), frame("/app/dist/b.js", 2)];
    expect(originOf({ frames, sourceOf: () => null })).toEqual({ callSite: null, orm: null });
    expect(originOf({ frames: [], sourceOf: asIs })).toEqual({ callSite: null, orm: null });
  });

  it.each([
    [
      "    at async load (file:///app/src/orders.mjs:8:31)",
      { file: "/app/src/orders.mjs", line: 8, functionName: "load" },
    ],
    ["    at /app/src/orders.js:12:40", { file: "/app/src/orders.js", line: 12, functionName: null }],
    ["    at new Shop (webpack://shop/./src/shop.ts:3:5)", { file: "src/shop.ts", line: 3, functionName: "Shop" }],
  ])("reads %s", (line, callSite) => {
    expect(originOfText(`Error\n    at node:internal/x:1:1\n${line}`).callSite).toMatchObject(callSite);
  });

  it.each([
    "    at node:internal/process/task_queues:95:5",
    "    at async Promise.all (index 0)",
    "    at eval (eval at run (/app/src/a.js:1:1), <anonymous>:1:1)",
    "    at native",
  ])("reads no place of the program in %s", (line) => {
    expect(originOfText(`Error\n${line}`).callSite).toBeNull();
  });
});
