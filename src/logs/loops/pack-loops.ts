import type { LoopTotal } from "../../loops/loop-totals.ts";
import type { TransactionTotal } from "../../loops/transaction-totals.ts";
import type { BurstTotal } from "./burst-totals.ts";
import { ExecutionWindow } from "./execution-window.ts";
import type { LookedAt } from "./looked-at.ts";
import type { LoopWatch } from "./loop-watch.ts";

const COLUMNS = [
  "timeMs",
  "durationUs",
  "statement",
  "pid",
  "user",
  "application",
  "route",
  "trace",
  "valueHash",
  "valueSum",
  "valueFlags",
  "rows",
] as const;

/** Columns of a window as base64 of their bytes (little-endian), in the order of `COLUMNS`. */
interface PackedWindow {
  readonly size: number;
  readonly columns: readonly string[];
}

/** What was found, and the open ends, as plain JSON. */
export interface PackedLoops {
  readonly loops: readonly LoopTotal[];
  readonly transactions: readonly TransactionTotal[];
  readonly bursts: readonly BurstTotal[];
  readonly droppedBursts: number;
  readonly lookedAt: LookedAt;
  readonly unlooked: number;
  readonly head: PackedWindow | null;
  readonly current: PackedWindow;
}

export function packLoops(watch: LoopWatch): PackedLoops {
  const { loops, transactions, bursts, lookedAt, unlooked, head, current } = watch;
  return {
    loops: loops.totals(),
    transactions: transactions.totals(),
    bursts: bursts.totals(),
    droppedBursts: bursts.dropped,
    lookedAt,
    unlooked,
    head: head === null ? null : packWindow(head),
    current: packWindow(current),
  };
}

/** Puts what was packed into a watch that has seen nothing yet. */
export function unpackLoops(watch: LoopWatch, packed: PackedLoops): void {
  for (const total of packed.loops) watch.loops.merge(total);
  for (const total of packed.transactions) watch.transactions.merge(total);
  for (const { client, statement, bursts } of packed.bursts) {
    for (const burst of bursts) watch.bursts.add(client, statement, burst);
  }
  watch.bursts.dropped = packed.droppedBursts;
  for (const scopeClass of ["trace", "transaction", "stitched"] as const) {
    Object.assign(watch.lookedAt[scopeClass], packed.lookedAt[scopeClass]);
  }
  watch.unlooked = packed.unlooked;
  watch.restore(packed.head === null ? null : unpackWindow(packed.head), unpackWindow(packed.current));
}

function packWindow(window: ExecutionWindow): PackedWindow {
  const { size } = window;
  const columns = COLUMNS.map((name) => {
    const { buffer, byteOffset, BYTES_PER_ELEMENT } = window[name];
    return Buffer.from(buffer, byteOffset, size * BYTES_PER_ELEMENT).toString("base64");
  });
  return { size, columns };
}

function unpackWindow({ size, columns }: PackedWindow): ExecutionWindow {
  const window = new ExecutionWindow(size);
  for (const [index, name] of COLUMNS.entries()) {
    const { buffer, byteOffset, BYTES_PER_ELEMENT } = window[name];
    new Uint8Array(buffer, byteOffset, size * BYTES_PER_ELEMENT).set(Buffer.from(columns[index] ?? "", "base64"));
  }
  window.size = size;
  return window;
}
