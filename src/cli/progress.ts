import type { Terminal } from "./terminal.ts";

export interface Progress {
  update(text: string): void;
  stop(): void;
}

/** A spinner on standard error; silent where that is not a terminal. */
export async function startProgress(terminal: Terminal, text: string): Promise<Progress> {
  if (!terminal.interactive) return { update: () => undefined, stop: () => undefined };
  const { default: ora } = await import("ora");
  const spinner = ora({ text, discardStdin: false }).start();
  return {
    update: (next) => {
      spinner.text = next;
    },
    stop: () => void spinner.stop(),
  };
}
