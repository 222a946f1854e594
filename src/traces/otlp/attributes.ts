/** Values that dbperf reads; what a list or a map of values holds is kept as text that is equal where they are. */
export type AttributeValue = string | number | boolean;

export type Attributes = ReadonlyMap<string, AttributeValue>;

/** Reads the attributes of a span or resource; what has no key or no known value is left out. */
export function readAttributes(list: unknown): Attributes {
  const attributes = new Map<string, AttributeValue>();
  if (!Array.isArray(list)) return attributes;
  for (const item of list) {
    if (!isRecord(item) || typeof item["key"] !== "string") continue;
    const value = readValue(item["value"]);
    if (value !== null) attributes.set(item["key"], value);
  }
  return attributes;
}

/** Text of the first of these keys that has one; empty text is none. */
export function textOf(attributes: Attributes, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = attributes.get(key);
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

/** The first of these keys that is a whole number from 0 on. */
export function countOf(attributes: Attributes, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = attributes.get(key);
    const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  }
  return null;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readValue(value: unknown): AttributeValue | null {
  if (!isRecord(value)) return null;
  const { stringValue, intValue, boolValue, doubleValue, arrayValue } = value;
  if (typeof stringValue === "string") return stringValue;
  // JSON may write an int64 as a number or as text: both are one value.
  if (typeof intValue === "number" || typeof intValue === "string") return String(intValue);
  if (typeof boolValue === "boolean") return boolValue;
  if (typeof doubleValue === "number") return doubleValue;
  if (!isRecord(arrayValue) || !Array.isArray(arrayValue["values"])) return null;
  return JSON.stringify(arrayValue["values"].map(readValue));
}
