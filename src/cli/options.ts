import { InvalidArgumentError } from "commander";

/** Collects a repeatable option: `--skip a --skip b`. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** A whole number from 1 on. */
export function positiveInteger(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError("A whole number from 1 on is needed.");
  return Number(value);
}
