import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";

/** Adds one command to the program; its action says the exit code through `done`. */
export type Register = (program: Command, terminal: Terminal, done: (exitCode: number) => void) => void;
