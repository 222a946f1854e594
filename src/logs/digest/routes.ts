import { commentTags } from "../../sql/comment-tags.ts";
import { type Kernel, SLOT } from "../kernel/kernel.ts";
import type { Names } from "./names.ts";

const ENTRIES = 1024;
/** Comments whose route is remembered; those with a trace id never repeat. */
const MOST_COMMENTS = 5000;

/** Hash of the id of the trace or request in a comment of the statement in the kernel; 0 without one. */
export function readTrace(kernel: Kernel): number {
  const { slots } = kernel;
  const found = (comment: number): boolean => kernel.findTrace(slots[comment] ?? 0, slots[comment + 1] ?? 0) === 1;
  return found(SLOT.lastComment) || found(SLOT.firstComment) ? (slots[SLOT.trace] ?? 0) : 0;
}

/** Reads the route that a framework wrote into a statement's comment (sqlcommenter, marginalia). */
export class RouteReader {
  readonly #kernel: Kernel;
  readonly #names: Names;
  readonly #known = new Map<string, number>();
  /** Routes by the hash of how sqlcommenter writes them, else of the comment. */
  readonly #low = new Uint32Array(ENTRIES);
  readonly #high = new Uint32Array(ENTRIES);
  readonly #routes = new Int32Array(ENTRIES).fill(-1);

  constructor(kernel: Kernel, names: Names) {
    this.#kernel = kernel;
    this.#names = names;
  }

  /** Number of the route in the first or last comment of the statement in the kernel; 0 without one. */
  read(): number {
    const { slots } = this.#kernel;
    const last = this.#read(slots[SLOT.lastComment] ?? 0, slots[SLOT.lastComment + 1] ?? 0);
    if (last !== 0 || slots[SLOT.firstComment] === slots[SLOT.lastComment]) return last;
    return this.#read(slots[SLOT.firstComment] ?? 0, slots[SLOT.firstComment + 1] ?? 0);
  }

  /** Without a string for one that is known. */
  #read(from: number, to: number): number {
    const isQuoted = this.#kernel.findRoute(from, to) === 1;
    const { slots } = this.#kernel;
    const low = slots[SLOT.routeHash] ?? 0;
    const high = slots[SLOT.routeHash + 1] ?? 0;
    const entry = high & (ENTRIES - 1);
    if (this.#low[entry] !== low || this.#high[entry] !== high || this.#routes[entry] === -1) {
      this.#low[entry] = low;
      this.#high[entry] = high;
      this.#routes[entry] = isQuoted
        ? this.#decoded(slots[SLOT.route] ?? 0, slots[SLOT.route + 1] ?? 0)
        : this.#parsed(from, to);
    }
    return this.#routes[entry] ?? 0;
  }

  /** Percent-encoded in the log. */
  #decoded(from: number, to: number): number {
    const { route } = commentTags(`route='${this.#kernel.text(from, to)}'`);
    return route === undefined ? 0 : this.#names.of(route);
  }

  #parsed(from: number, to: number): number {
    const comment = this.#kernel.text(from, to).replace(/,?trace(?:parent|state)='[^']*'/g, "");
    const known = this.#known.get(comment);
    if (known !== undefined) return known;
    const route = routeOf(commentTags(comment));
    const id = route === null ? 0 : this.#names.of(route);
    if (this.#known.size < MOST_COMMENTS) this.#known.set(comment, id);
    return id;
  }
}

/** `route`, or `controller#action`, or whichever of them there is. */
function routeOf({ route, controller, action, job }: Readonly<Record<string, string>>): string | null {
  if (route !== undefined) return route;
  if (controller !== undefined) return action === undefined ? controller : `${controller}#${action}`;
  return action ?? job ?? null;
}
