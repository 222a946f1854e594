import { type Attributes, textOf } from "./otlp/attributes.ts";
import type { SpanKind } from "./span.ts";

/** Parts of a path that are the id of one object: numbers, UUIDs, ULIDs, long hex. */
const ID =
  /^(?:\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{16,})$/i;

/**
 * Names the unit of work that a span is: `GET /orders/:id` where it says its route, else the span's own name. Ids in
 * paths are data and would make each request a route of its own: they become `?`.
 */
export function unitName(spanName: string, kind: SpanKind, attributes: Attributes): string {
  const route = textOf(attributes, "http.route");
  if (kind !== "server" || route === null) return withoutIds(spanName);
  const method = textOf(attributes, "http.request.method", "http.method");
  return method === null ? route : `${method} ${route}`;
}

function withoutIds(name: string): string {
  if (!name.includes("/")) return name;
  const path = name.replace(/[?#].*$/s, "");
  return path
    .split("/")
    .map((part, index) => (index > 0 && ID.test(part) ? "?" : part))
    .join("/");
}
