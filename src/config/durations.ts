const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)$/;

/** Milliseconds of `500ms`, `5s`, `2m`, `1.5h`, `7d`; null where the text is no duration. */
export function parseDuration(text: string): number | null {
  const [, amount, unit = ""] = DURATION.exec(text.trim()) ?? [];
  const factor = UNIT_MS[unit];
  return amount === undefined || factor === undefined ? null : Number(amount) * factor;
}
