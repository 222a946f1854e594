/** Marks the branch that the type checker proves unreachable; throws if data from outside gets there. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
