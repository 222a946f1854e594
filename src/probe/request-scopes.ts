import net from "node:net";
import type { Guard } from "./guard.ts";
import type { Scopes } from "./scopes.ts";
import { property, wrapMethod, wrapped } from "./untyped.ts";

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const NUMBER = /^\d+$/;
/** Object ids, digests, tokens. */
const LONG_HEX = /^[\da-f]{16,}$/i;

/** Gives each incoming HTTP request a scope: servers of http, https and http2 all are net servers that emit. */
export function watchRequests(scopes: Scopes, guard: Guard): void {
  wrapMethod(net.Server.prototype, "emit", (emit) =>
    wrapped((self, values) => {
      const [event, request] = values;
      if (event !== "request" || guard.isOff()) return Reflect.apply(emit, self, values);
      return scopes.runIn(
        () => guard.attempt(() => requestName(request), null),
        () => Reflect.apply(emit, self, values),
      );
    }),
  );
}

/** Method and route of a request: the router's own where it says so (Express), else the path without its ids. */
export function requestName(request: unknown): string | null {
  const method = property(request, "method");
  if (typeof method !== "string") return null;
  const route = property(property(request, "route"), "path");
  if (typeof route === "string") {
    const base = property(request, "baseUrl");
    return `${method} ${pathName(typeof base === "string" ? base : "")}${route}`;
  }
  const url = property(request, "originalUrl") ?? property(request, "url");
  return typeof url === "string" ? `${method} ${pathName(url)}` : null;
}

function pathName(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/[?#].*$/s, "");
  return path
    .split("/")
    .map((part) => (NUMBER.test(part) || UUID.test(part) || LONG_HEX.test(part) ? ":id" : part))
    .join("/");
}
