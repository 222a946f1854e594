import type { StepTimes } from "./step-times.ts";

/** Executions whose keys follow one another, by their numbers, and what speaks for it (natural logarithm). */
export interface KeyChain {
  readonly indexes: readonly number[];
  readonly score: number;
}

interface OpenChain {
  readonly indexes: number[];
  score: number;
  direction: 1 | -1;
}

/** The next key of a loop comes before so many others of the class, and so soon. */
const MOST_BETWEEN = 64;
export const MOST_PAUSE_MS = 250;
const FEWEST = 5;

/**
 * Chains of keys that go up or down by one. Each step scores by how many keys there are in this stretch and how many
 * came in between: among independent requests the next one is there by chance only once in a while.
 */
export function keyChains({ size, startMs, endMs, sums }: StepTimes): KeyChain[] {
  const keys = distinctKeys(sums.subarray(0, size));
  if (keys === 0) return [];
  // By the key that would go on with them; the newest one first.
  const waiting = new Map<number, OpenChain[]>();
  const chains = new Set<OpenChain>();
  for (let index = 0; index < size; index += 1) {
    const sum = sums[index] ?? 0;
    const found = takeWaiting(waiting, sum, (chain) => {
      const last = chain.indexes.at(-1) ?? 0;
      return index - last <= MOST_BETWEEN && (startMs[index] ?? 0) - (endMs[last] ?? 0) <= MOST_PAUSE_MS;
    });
    if (found === null) {
      for (const direction of [1, -1] as const)
        wait(waiting, sum + direction, { indexes: [index], score: 0, direction });
      continue;
    }
    const last = found.indexes.at(-1) ?? index;
    found.score += Math.log(keys / (index - last));
    found.indexes.push(index);
    chains.add(found);
    wait(waiting, sum + found.direction, found);
  }
  return [...chains]
    .filter(({ indexes }) => indexes.length >= FEWEST)
    .map(({ indexes, score }) => ({ indexes, score: score - Math.log(size) }));
}

/** How many different keys there are; 0 where no five of them follow one another. */
function distinctKeys(sums: Float64Array): number {
  const sorted = sums.slice().sort();
  let keys = 0;
  let following = 0;
  let most = 0;
  let before = NaN;
  for (const key of sorted) {
    if (key === before) continue;
    keys += 1;
    following = key === before + 1 ? following + 1 : 1;
    most = Math.max(most, following);
    before = key;
  }
  return most < FEWEST ? 0 : keys;
}

function takeWaiting(
  waiting: Map<number, OpenChain[]>,
  key: number,
  isNear: (chain: OpenChain) => boolean,
): OpenChain | null {
  const list = waiting.get(key);
  if (list === undefined) return null;
  const near = list.filter(isNear);
  // The longest one: a single execution is a chain that has not begun.
  const best = near.reduce<OpenChain | null>(
    (longest, chain) => (longest === null || chain.indexes.length >= longest.indexes.length ? chain : longest),
    null,
  );
  const rest = near.filter((chain) => chain !== best);
  if (rest.length === 0) waiting.delete(key);
  else waiting.set(key, rest);
  return best;
}

function wait(waiting: Map<number, OpenChain[]>, key: number, chain: OpenChain): void {
  const list = waiting.get(key);
  if (list === undefined) waiting.set(key, [chain]);
  else list.push(chain);
}
