import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** The first line that a program prints. Throws where it ends without one. */
export async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("the program has no output");
  for await (const line of createInterface(stdout)) return line;
  throw new Error("the program said nothing");
}
