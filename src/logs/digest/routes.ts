import { commentTags } from "../../sql/comment-tags.ts";
import { type Kernel, SLOT } from "../kernel/kernel.ts";
import { Names } from "./names.ts";

/** Comments whose route is remembered; those with a trace id never repeat. */
const MOST_COMMENTS = 5000;

/** Reads the route that a framework wrote into a statement's comment (sqlcommenter, marginalia). */
export class RouteReader {
  readonly #kernel: Kernel;
  readonly #names: Names;
  readonly #known = new Map<string, number>();
  readonly #comments = new Names();
  readonly #routeOfComment: number[] = [];
  /** Routes as sqlcommenter writes them, percent-encoded, and the names that they stand for. */
  readonly #encoded = new Names();
  readonly #routeOfEncoded: number[] = [];

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

  /** The frequent case, `route='…'`, without a string for what came before; null where there is none. */
  #quotedRoute(from: number, to: number): number | null {
    const { bytes } = this.#kernel;
    let at = from;
    for (; at + ROUTE.length < to; at += 1) {
      let same = 0;
      while (same < ROUTE.length && bytes[at + same] === ROUTE[same]) same += 1;
      if (same === ROUTE.length) break;
    }
    const start = at + ROUTE.length;
    const end = bytes.indexOf(QUOTE, start);
    if (start >= to || end === -1 || end >= to || bytes[end - 1] === BACKSLASH) return null;
    const encoded = this.#encoded.ofBytes(bytes, start, end);
    const known = this.#routeOfEncoded[encoded];
    if (known !== undefined) return known;
    const { route } = commentTags(`route='${this.#encoded.raw(encoded)}'`);
    const id = route === undefined ? 0 : this.#names.of(route);
    this.#routeOfEncoded[encoded] = id;
    return id;
  }

  #read(from: number, to: number): number {
    const quoted = this.#quotedRoute(from, to);
    if (quoted !== null) return quoted;
    // By its bytes, as long as there are not too many: a comment with a trace id never comes again.
    if (this.#comments.count > MOST_COMMENTS) return this.#parsed(from, to);
    const comment = this.#comments.ofBytes(this.#kernel.bytes, from, to);
    const known = this.#routeOfComment[comment];
    if (known !== undefined) return known;
    const route = this.#parsed(from, to);
    this.#routeOfComment[comment] = route;
    return route;
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

const ROUTE = Buffer.from("route='", "ascii");
const QUOTE = 39;
const BACKSLASH = 92;

/** `route`, or `controller#action`, or whichever of them there is. */
function routeOf({ route, controller, action, job }: Readonly<Record<string, string>>): string | null {
  if (route !== undefined) return route;
  if (controller !== undefined) return action === undefined ? controller : `${controller}#${action}`;
  return action ?? job ?? null;
}
