/** A function of a library whose types the probe must not need. */
export type Callable = (this: unknown, ...values: unknown[]) => unknown;

export function isCallable(value: unknown): value is Callable {
  return typeof value === "function";
}

/** A property of whatever it is; undefined where there is none. */
export function property(value: unknown, name: PropertyKey): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found;
}

/** Puts a method around another one and keeps its name, length and own properties. Does nothing where it is no function. */
export function wrapMethod(owner: unknown, name: string, wrapped: (original: Callable) => Callable): void {
  if ((typeof owner !== "object" && typeof owner !== "function") || owner === null) return;
  const original = property(owner, name);
  if (!isCallable(original)) return;
  const around = wrapped(original);
  for (const key of Reflect.ownKeys(original)) {
    const described = Reflect.getOwnPropertyDescriptor(original, key);
    if (key !== "prototype" && described !== undefined) Reflect.defineProperty(around, key, described);
  }
  Reflect.set(owner, name, around);
}

/** A function that knows its `this` as an argument. */
export function wrapped(work: (self: unknown, values: unknown[]) => unknown): Callable {
  return function (this: unknown, ...values) {
    return work(this, values);
  };
}
