import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { requestName } from "../../../src/probe/request-scopes.ts";
import { type RunScope, Scopes } from "../../../src/probe/scopes.ts";

/** Vitest runs these tests itself: its own test would be the scope. */
function outsideOfTests(): Scopes {
  return new Scopes(
    () => "app.js",
    () => undefined,
  );
}

describe("scopes", () => {
  it("follow what they start, side by side", async () => {
    const scopes = outsideOfTests();
    const work = async (): Promise<readonly RunScope[]> => {
      const first = scopes.current(0);
      await sleep(1);
      return [first, scopes.current(5)];
    };
    const [[a, laterA], [b, laterB]] = await Promise.all([
      scopes.runIn(() => "GET /a", work),
      scopes.runIn(() => "GET /b", work),
    ]);
    expect(laterA).toBe(a);
    expect(laterB).toBe(b);
    expect(a).not.toBe(b);
    expect([a?.name(), b?.name()]).toEqual(["GET /a", "GET /b"]);
  });

  it("end for a callback that belongs to somebody else, and come back for one that was bound", () => {
    const scopes = outsideOfTests();
    scopes.runIn(
      () => "request",
      () => {
        const bound = scopes.bind(() => scopes.current(0).name());
        expect(scopes.runOutside(() => scopes.current(0).name())).toBe("app.js");
        if (typeof bound !== "function") throw new Error("a function stays one");
        expect(scopes.runOutside(() => bound())).toBe("request");
      },
    );
    expect(scopes.bind("text")).toBe("text");
  });

  it("of the program outside of requests end when it is quiet for a second", () => {
    const scopes = outsideOfTests();
    const first = scopes.current(0);
    expect(scopes.current(900)).toBe(first);
    scopes.touch(first, 5000);
    expect(scopes.current(5900)).toBe(first);
    expect(scopes.current(7000)).not.toBe(first);
  });

  it("are vitest's tests where it runs, except those that run side by side", () => {
    let current: object = {};
    const scopes = new Scopes(
      () => "app.js",
      () => current,
    );
    const suite = { name: "orders", suite: { name: "" } };
    const run = (test: object): RunScope => {
      current = test;
      return scopes.current(0);
    };
    const [one, two] = [
      { name: "one", suite },
      { name: "two", suite },
    ];
    expect(run(one).name()).toBe("orders > one");
    expect(run(one)).toBe(run(one));
    expect(run(two)).not.toBe(run(one));
    expect(run({ ...two, concurrent: true }).name()).toBe("app.js");
  });
});

describe("names of requests", () => {
  it.each([
    [{ method: "GET", url: "/customers/42/orders?token=x" }, "GET /customers/:id/orders"],
    [{ method: "PUT", url: "/a/6f9619ff-8b86-d011-b42d-00cf4fc964ff" }, "PUT /a/:id"],
    [{ method: "GET", url: "/v1/507f1f77bcf86cd799439011" }, "GET /v1/:id"],
    [{ method: "GET", url: "http://host/a/1#x" }, "GET /a/:id"],
    [{ method: "GET", url: "/x/1", originalUrl: "/api/x/1" }, "GET /api/x/:id"],
    [{ method: "GET", url: "/7", baseUrl: "/shops/3", route: { path: "/:slug" } }, "GET /shops/:id/:slug"],
  ])("of %j", (request, name) => {
    expect(requestName(request)).toBe(name);
  });

  it("are null for what is no request", () => {
    for (const request of [null, 1, {}, { method: "GET" }]) expect(requestName(request)).toBeNull();
  });
});
