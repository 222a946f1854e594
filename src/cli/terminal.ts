import { homedir, userInfo } from "node:os";

/** Everything a command may know of the process it runs in; tests pass their own. */
export interface Terminal {
  /** Standard input, for commands that read it. */
  readonly stdin: NodeJS.ReadStream;
  readonly environment: {
    readonly variables: Readonly<Record<string, string | undefined>>;
    readonly homeDirectory: string;
    readonly userName: string;
  };
  readonly cwd: string;
  readonly width: number;
  /** Whether standard output takes colours. */
  readonly color: boolean;
  /** Whether progress may be drawn on standard error. */
  readonly interactive: boolean;
  /** Writes to standard output. */
  out(text: string): Promise<void>;
  /** Writes a line to standard error. */
  note(text: string): void;
  now(): string;
  /** Runs `stop` on SIGINT and SIGTERM, then ends the process with 128 + n; returns how to take that back. */
  onSignal(stop: () => Promise<void>): () => void;
  exit(code: number): void;
}

const DEFAULT_WIDTH = 100;
const MAX_WIDTH = 140;
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process;
  stdout.on("error", endOnClosedPipe);
  return {
    // Opened only where a command reads it: an open input keeps the process alive.
    get stdin() {
      return process.stdin;
    },
    environment: { variables: env, homeDirectory: homedir(), userName: userName() },
    cwd: process.cwd(),
    width: Math.min(MAX_WIDTH, stdout.columns || Number(env.COLUMNS) || DEFAULT_WIDTH),
    color: wantsColor(env, stdout.isTTY),
    // A terminal that says it has no columns makes the spinner erase without end.
    interactive: stderr.isTTY && stderr.columns > 0 && env.CI === undefined,
    out: (text) => new Promise((resolve) => stdout.write(text, () => resolve())),
    note: (text) => void stderr.write(`${text}\n`),
    now: () => new Date().toISOString(),
    onSignal: (stop) => listen(stop),
    exit: (code) => {
      process.exitCode = code;
    },
  };
}

function listen(stop: () => Promise<void>): () => void {
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
    const handler = (): void => void stop().finally(() => process.exit(code));
    process.once(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.removeListener(signal, handler);
  };
}

/** `dbperf … | head` closes the pipe early: that is no error. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0") return true;
  return isTerminal && env.TERM !== "dumb";
}

/** A user id without an entry in the password file has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? "";
  }
}
