import ora from "ora";
import type { Terminal } from "./terminal.ts";

export interface Progress {
  update(text: string): void;
  stop(): void;
}

/** A spinner on standard error; silent where that is not a terminal. */
export function startProgress(terminal: Terminal, text: string): Progress {
  if (!terminal.interactive) return { update: () => undefined, stop: () => undefined };
  const spinner = ora({ text, discardStdin: false }).start();
  return {
    update: (next) => {
      spinner.text = next;
    },
    stop: () => void spinner.stop(),
  };
}
