import type { Gap } from "../../../model/artifact.ts";
import type { RelationName } from "../../../model/primitives.ts";
import type { IndexChange, WhatIf, WhatIfIndex, WhatIfPlan } from "../../engine.ts";
import { text } from "../rows.ts";
import type { TwinOnlyIndex } from "./indexes/create-index.ts";
import { Twin } from "./twin.ts";
import type { TwinSource } from "./twin-source.ts";

// An index of a partitioned table stands for those of its partitions.
const INDEX_PARTS = `
  with recursive tree (oid) as (
    select c.oid
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and c.relkind in ('i', 'I')
    union all
    select h.inhrelid from tree join pg_inherits h on h.inhparent = tree.oid)
  select oid::text as oid from tree`;

/** Builds the twin of a source and evaluates on it. `loadSqlParser` has to be awaited before. */
export async function twinWhatIf(source: TwinSource): Promise<WhatIf> {
  return new TwinWhatIf(await Twin.build(source));
}

class TwinWhatIf implements WhatIf {
  readonly gaps: readonly Gap[];
  readonly #twin: Twin;
  readonly #defined = new Map<string, TwinOnlyIndex>();
  readonly #removable = new Map<string, readonly string[]>();
  /** Object ids of defined indexes that the planner sees now, and of the target's that it does not. */
  #shown: ReadonlySet<string> = new Set();
  #hidden: ReadonlySet<string> = new Set();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(twin: Twin) {
    this.#twin = twin;
    this.gaps = twin.gaps;
  }

  define(ddl: string): Promise<WhatIfIndex | { readonly refused: string }> {
    return this.#inTurn(async () => {
      const outcome = await this.#twin.createIndex(ddl);
      if (outcome.status === "refused") return { refused: outcome.because };
      const { index } = outcome;
      await this.#twin.setVisible(index.oids, false);
      const key = `${index.schema}.${index.name}`;
      this.#defined.set(key, index);
      return { key, sizeBytes: index.sizeBytes, sizeBasis: index.basis };
    });
  }

  plan(statement: string, change: IndexChange): Promise<WhatIfPlan> {
    return this.#inTurn(async () => {
      await this.#apply(change);
      const outcome = await this.#twin.explain(statement);
      if (outcome.status === "planned") return { status: "planned", root: outcome.root };
      return { status: "refused", because: outcome.error?.message ?? "not a statement with a plan" };
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#twin.close());
  }

  /** Only what differs from the last change is switched. */
  async #apply({ added, removed }: IndexChange): Promise<void> {
    const shown = new Set(added.flatMap(({ key }) => this.#oidsOf(key)));
    const hidden = new Set<string>();
    for (const index of removed) for (const oid of await this.#partsOf(index)) hidden.add(oid);
    const show = [...without(shown, this.#shown), ...without(this.#hidden, hidden)];
    const hide = [...without(this.#shown, shown), ...without(hidden, this.#hidden)];
    await this.#twin.setVisible(show, true);
    await this.#twin.setVisible(hide, false);
    this.#shown = shown;
    this.#hidden = hidden;
  }

  #oidsOf(key: string): readonly string[] {
    const index = this.#defined.get(key);
    if (index === undefined) throw new Error(`index ${key} was not defined here`);
    return index.oids;
  }

  async #partsOf({ schema, name }: RelationName): Promise<readonly string[]> {
    const key = JSON.stringify([schema, name]);
    const known = this.#removable.get(key);
    if (known !== undefined) return known;
    const rows = await this.#twin.transaction((query) => query(INDEX_PARTS, [schema, name]));
    if (rows.length === 0) throw new Error(`the twin has no index ${schema}.${name}`);
    const oids = rows.map((row) => text(row, "oid"));
    this.#removable.set(key, oids);
    return oids;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function without(all: ReadonlySet<string>, some: ReadonlySet<string>): string[] {
  return [...all].filter((one) => !some.has(one));
}
