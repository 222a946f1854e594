import type { Names } from "./names.ts";
import { type ExampleLine, type HourCounts, NO_LIMIT, type StatementDetails } from "./statement-table.ts";

const MOST_EXAMPLES = 3;
const MOST_NAMES_OF_CLASS = 200;

/** Adds to a sum and, in the column after it, to the number of values in it; `weight` times the same. */
export function addKnown(numbers: Float64Array, position: number, value: number, weight = 1): void {
  if (Number.isNaN(value)) return;
  numbers[position] = (numbers[position] ?? 0) + value * weight;
  numbers[position + 1] = (numbers[position + 1] ?? 0) + weight;
}

/** Adds to the entry of an hour; logs run forward, so that it is mostly the last one. Returns the list. */
export function countHour(hours: HourCounts[], hour: number, calls: number, totalUs: number): HourCounts[] {
  // A list with one entry takes an eighth of one that a first push makes; most classes have no more.
  if (hours.length === 0) return [{ hour, calls, totalUs }];
  const last = hours.at(-1);
  const entry = last?.hour === hour ? last : hours.find((known) => known.hour === hour);
  if (entry === undefined) hours.push({ hour, calls, totalUs });
  else {
    entry.calls += calls;
    entry.totalUs += totalUs;
  }
  return hours;
}

/** Adds calls of a name to a list of pairs, and returns the list. */
export function countName(pairs: number[], name: number, calls: number): number[] {
  if (pairs.length === 0) return [name, calls];
  for (let at = 0; at < pairs.length; at += 2) {
    if (pairs[at] === name) {
      pairs[at + 1] = (pairs[at + 1] ?? 0) + calls;
      return pairs;
    }
  }
  if (pairs.length < MOST_NAMES_OF_CLASS * 2) pairs.push(name, calls);
  return pairs;
}

/** Keeps the slowest ones, slowest first. */
export function keepExample(
  details: Pick<StatementDetails, "examples" | "exampleUs">,
  example: ExampleLine,
  names: Names,
): void {
  if (details.examples.length === 0) {
    details.examples = [example];
    return;
  }
  const { examples } = details;
  const who = ({ user, application }: ExampleLine): string => `${names.raw(user)}\0${names.raw(application)}`;
  examples.push(example);
  // Ties by all that tells them apart, so that it does not depend on the order.
  examples.sort((a, b) => slowness(b) - slowness(a) || a.timeMs - b.timeMs || compare(who(a), who(b)));
  if (examples.length > MOST_EXAMPLES) examples.pop();
  const last = examples.at(-1);
  details.exampleUs = examples.length < MOST_EXAMPLES || last === undefined ? NO_LIMIT : slowness(last);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function slowness({ durationUs }: ExampleLine): number {
  return Number.isNaN(durationUs) ? -1 : durationUs;
}
