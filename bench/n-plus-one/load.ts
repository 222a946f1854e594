import type { Random } from "../logs/random.ts";
import { SCENARIOS } from "./scenarios.mjs";

const CLIENTS = 4;
const TICK_MS = 10;
/** A server that cannot keep up gets what it can take. */
const MOST_WAITING = 20;

/** Every scenario once a size, in an order that looks random; up to four requests at once. Quiet: only look-alikes. */
export async function drive(
  port: string,
  sizes: readonly number[],
  random: Random,
  { isQuiet = false }: { readonly isQuiet?: boolean } = {},
): Promise<void> {
  const asked = Object.entries(SCENARIOS).filter(
    ([, { found, isPart }]) => isPart !== true && (found === null || !isQuiet),
  );
  const waiting = sizes.flatMap((rows) => shuffled(asked, random).map(([name]) => [name, rows] as const));
  const client = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await request(port, job[0], job[1]);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/**
 * Independent requests that send one statement each, the very statement of a scenario's loop. Returns what ends them.
 */
export function startBackground(port: string, perSecond: number, random: Random): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const arrived = arrivals((perSecond * TICK_MS) / 1000, random);
    for (let sent = 0; sent < arrived && running.size < MOST_WAITING; sent += 1) {
      const one = request(port, "hot-point", random.below(500), "background").finally(() => running.delete(one));
      running.add(one);
    }
  }, TICK_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
  };
}

async function request(port: string, scenario: string, rows: number, by = "driver"): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/${scenario}?n=${rows}&by=${by}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${scenario}: ${text}`);
}

/** A Poisson number. Source: Knuth, The Art of Computer Programming, volume 2, 3.4.1. */
function arrivals(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; count += 1) product *= (1 + random.below(1_000_000)) / 1_000_000;
  return Math.max(0, count);
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(random.below(left.length), 1));
  return out;
}
