import type { LoopKind } from "../../model/query-loop.ts";
import type { SourceSighting } from "./sources-before.ts";

/** One run of repeats that stood out from the rate of its statement. */
export interface Burst {
  readonly kind: LoopKind;
  /** One after the other, and no other statement with nearly each of them. */
  readonly isAlone: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  readonly totalUs: number;
  readonly savedUs: number;
  /** Logarithm of how unlikely it is at the usual rate. */
  readonly score: number;
  readonly sources: readonly SourceSighting[];
}

/** Who sent it. */
export interface Client {
  readonly route: string | null;
  readonly application: string | null;
}

/** The bursts of one statement from one client, as plain data. */
export interface BurstTotal {
  readonly client: Client;
  readonly kind: LoopKind;
  readonly statement: number;
  readonly bursts: readonly Burst[];
}

/** Bursts that are kept of one statement. */
const MOST_BURSTS = 1000;

/** Keeps bursts until the whole log is known, and with it how often their statements run otherwise. */
export class BurstTotals {
  readonly #totals = new Map<string, { client: Client; kind: LoopKind; statement: number; bursts: Burst[] }>();
  /** Bursts beyond those that are kept. */
  dropped = 0;

  add(client: Client, statement: number, burst: Burst): void {
    const key = JSON.stringify([client.route, client.application, burst.kind, statement]);
    const known = this.#totals.get(key);
    if (known === undefined) this.#totals.set(key, { client, kind: burst.kind, statement, bursts: [burst] });
    else if (known.bursts.length < MOST_BURSTS) known.bursts.push(burst);
    else this.dropped += 1;
  }

  /** Adds those of a later part, whose statements are numbered otherwise. */
  join(later: BurstTotals, classOf: (statement: number) => number | null): void {
    for (const { client, statement, bursts } of later.totals()) {
      const own = classOf(statement);
      if (own === null) continue;
      for (const burst of bursts) {
        const sources = burst.sources.flatMap((source) => {
          const known = classOf(source.statement);
          return known === null ? [] : [{ ...source, statement: known }];
        });
        this.add(client, own, { ...burst, sources });
      }
    }
    this.dropped += later.dropped;
  }

  totals(): readonly BurstTotal[] {
    return [...this.#totals.values()];
  }
}
