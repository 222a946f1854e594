import { dbperfError } from "../errors/index.ts";
import type { IsoTime } from "../model/primitives.ts";

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d)(?: ago)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/** Milliseconds since 1970 of `2026-11-24`, `2026-11-24 13:00` (UTC without a zone) or `2h` before now. Throws usage. */
export function parseTime(text: string, now: IsoTime): number {
  const trimmed = text.trim();
  const [, amount, unit = ""] = AGO.exec(trimmed) ?? [];
  if (amount !== undefined) return Date.parse(now) - Number(amount) * (UNIT_MS[unit] ?? 0);
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(trimmed.slice(10));
  const iso = trimmed.replace(" ", "T");
  const time = DATE.test(trimmed) ? Date.parse(trimmed.length === 10 || hasZone ? iso : `${iso}Z`) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const problem = `“${text}” is no time: write 2026-11-24T13:00Z, 2026-11-24 13:00 (UTC), or 2h for two hours ago.`;
  throw dbperfError("usage", { problem, command: "logs" });
}
