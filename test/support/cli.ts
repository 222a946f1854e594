import { main } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly width?: number;
}

/** Runs one command line in this process, away from the user's own configuration and store. */
export async function runCli(
  argv: readonly string[],
  { cwd, variables = {}, width = 100 }: CliOptions,
): Promise<CliResult> {
  let out = "";
  let err = "";
  const terminal: Terminal = {
    stdin: process.stdin,
    environment: {
      variables: { XDG_DATA_HOME: cwd, XDG_CONFIG_HOME: cwd, PATH: process.env.PATH, ...variables },
      homeDirectory: cwd,
      userName: "nobody",
    },
    cwd,
    width,
    color: false,
    interactive: false,
    out: async (text) => {
      out += text;
    },
    note: (text) => {
      err += `${text}\n`;
    },
    now: () => new Date().toISOString(),
    onSignal: () => () => undefined,
    exit: () => undefined,
  };
  const code = await main(argv, terminal);
  return { code, out, err };
}
