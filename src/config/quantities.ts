import { parseDuration } from "./durations.ts";

const SIZE = /^(\d+(?:\.\d+)?)\s*(b|bytes|kb|mb|gb|tb|kib|mib|gib|tib)?$/i;
const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** Bytes of `10MB` or `1.5 GB`, in powers of 1024; null where the text is no size. */
export function parseBytes(value: string | number): number | null {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : null;
  const [, amount, unit = ""] = SIZE.exec(value.trim()) ?? [];
  if (amount === undefined) return null;
  return Math.round(Number(amount) * 1024 ** (POWERS[unit.charAt(0).toLowerCase()] ?? 0));
}

/** A quantity in `unit` from a number or a text (`10MB`, `5s`, `20%`, `7d`); null where it is none. */
export function parseQuantity(value: string | number, unit: string): number | null {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : null;
  if (/^\d+(?:\.\d+)?$/.test(value.trim())) return Number(value);
  switch (unit) {
    case "bytes":
      return parseBytes(value);
    case "ms":
      return parseDuration(value);
    case "s":
      return divide(parseDuration(value), 1000);
    case "days":
      return divide(parseDuration(value), 86_400_000);
    case "share":
      return parsePercent(value);
    default:
      return null;
  }
}

/** What `parseQuantity` takes for a unit, in words. */
export function quantityExample(unit: string): string {
  const examples: Readonly<Record<string, string>> = {
    bytes: "a size such as 10MB",
    ms: "a duration such as 500ms",
    s: "a duration such as 5s",
    days: "a duration such as 7d",
    share: "a share such as 20% or 0.2",
  };
  return examples[unit] ?? `a number of ${unit}`;
}

function parsePercent(text: string): number | null {
  const [, amount] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  return divide(amount === undefined ? null : Number(amount), 100);
}

function divide(value: number | null, by: number): number | null {
  return value === null ? null : value / by;
}
