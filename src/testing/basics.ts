/** What all builders share: names and times. */
import type { RelationName } from "../rule.ts";

/** When the built captures were taken. */
export const CAPTURED_AT = "2026-11-23T12:00:00.000Z";

const HOUR_MS = 3_600_000;

/** `orders` in schema public, `billing.orders` in its own. */
export function relation(name: string): RelationName {
  const dot = name.indexOf(".");
  return dot === -1 ? { schema: "public", name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) };
}

/** ISO time so many hours before the capture. */
export function hoursAgo(hours: number): string {
  return new Date(Date.parse(CAPTURED_AT) - hours * HOUR_MS).toISOString();
}
