import { type Kernel, SLOT } from "../kernel/kernel.ts";
import type { Names } from "./names.ts";

const ENTRIES = 1024;

/** User, database and application of the line in the kernel, as numbers of names; known ones by one hash for all three. */
export class Who {
  user = 0;
  database = 0;
  application = 0;
  readonly #kernel: Kernel;
  readonly #names: Names;
  readonly #low = new Uint32Array(ENTRIES);
  readonly #high = new Uint32Array(ENTRIES);
  readonly #users = new Int32Array(ENTRIES).fill(-1);
  readonly #databases = new Int32Array(ENTRIES);
  readonly #applications = new Int32Array(ENTRIES);

  constructor(kernel: Kernel, names: Names) {
    this.#kernel = kernel;
    this.#names = names;
  }

  /** Sets the three numbers. */
  read(): void {
    const { slots } = this.#kernel;
    const low = slots[SLOT.who] ?? 0;
    const high = slots[SLOT.who + 1] ?? 0;
    const entry = high & (ENTRIES - 1);
    if (this.#low[entry] !== low || this.#high[entry] !== high || this.#users[entry] === -1) {
      this.#low[entry] = low;
      this.#high[entry] = high;
      this.#users[entry] = this.#nameAt(SLOT.user);
      this.#databases[entry] = this.#nameAt(SLOT.database);
      this.#applications[entry] = this.#nameAt(SLOT.application);
    }
    this.user = this.#users[entry] ?? 0;
    this.database = this.#databases[entry] ?? 0;
    this.application = this.#applications[entry] ?? 0;
  }

  #nameAt(slot: number): number {
    const { slots, bytes } = this.#kernel;
    return this.#names.ofBytes(bytes, slots[slot] ?? 0, slots[slot + 1] ?? 0);
  }
}
