import type { TwinExtendedStatistic } from "../twin-source.ts";

const DISTINCT_MAGIC = 0xa352bfa4;
const DEPENDENCIES_MAGIC = 0xb4549a2c;
const TYPE_BASIC = 1;

/** An attribute number of the twin by its number on the target; null where the twin has no such column. */
export type AttributeNumber = (targetNumber: number) => number | null;

/**
 * `pg_stats_ext.n_distinct` (`{"1, 3": 250}`) in the bytes that pg_statistic_ext_data holds; null where an attribute
 * is unknown. PostgreSQL 18 has no function that takes the text.
 */
export function distinctBytes(text: string, attribute: AttributeNumber): Uint8Array | null {
  const items = entriesOf(text).map(([key, value]) => {
    const numbers = numbersOf(key, attribute);
    if (numbers === null) return null;
    const bytes = Buffer.alloc(12 + 2 * numbers.length);
    bytes.writeDoubleLE(value, 0);
    bytes.writeInt32LE(numbers.length, 8);
    for (const [index, number] of numbers.entries()) bytes.writeInt16LE(number, 12 + 2 * index);
    return bytes;
  });
  return packed(DISTINCT_MAGIC, items);
}

/** The same of `pg_stats_ext.dependencies` (`{"1 => 3": 0.98}`). */
export function dependencyBytes(text: string, attribute: AttributeNumber): Uint8Array | null {
  const items = entriesOf(text).map(([key, value]) => {
    const numbers = numbersOf(key, attribute);
    if (numbers === null) return null;
    const bytes = Buffer.alloc(10 + 2 * numbers.length);
    bytes.writeDoubleLE(value, 0);
    bytes.writeInt16LE(numbers.length, 8);
    for (const [index, number] of numbers.entries()) bytes.writeInt16LE(number, 10 + 2 * index);
    return bytes;
  });
  return packed(DEPENDENCIES_MAGIC, items);
}

/** Maps attribute numbers by name: the target's dropped columns are not in the twin. */
export function attributeNumbers(
  statistic: TwinExtendedStatistic,
  twinNumbers: ReadonlyMap<string, number>,
): AttributeNumber {
  return (targetNumber) => {
    if (targetNumber < 0) return targetNumber;
    const name = statistic.columns[String(targetNumber)];
    return name === undefined ? null : (twinNumbers.get(name) ?? null);
  };
}

function entriesOf(text: string): [string, number][] {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) return [];
  return Object.entries(parsed).map(([key, value]) => [key, Number(value)]);
}

function numbersOf(key: string, attribute: AttributeNumber): number[] | null {
  const numbers = key.split(/, | => /).map((part) => attribute(Number(part)));
  return numbers.every((number) => number !== null) ? numbers : null;
}

function packed(magic: number, items: readonly (Buffer | null)[]): Uint8Array | null {
  const known = items.filter((item) => item !== null);
  if (known.length === 0 || known.length < items.length) return null;
  const header = Buffer.alloc(12);
  header.writeUInt32LE(magic, 0);
  header.writeUInt32LE(TYPE_BASIC, 4);
  header.writeUInt32LE(items.length, 8);
  return Buffer.concat([header, ...known]);
}
