import { spawnSync } from "node:child_process";

/** True where the system has the program. */
export function hasProgram(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/** What a program of the system makes of `input`. */
export function piped(program: string, args: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 256 * 1024 ** 2 });
  if (status !== 0) throw new Error(`${program} failed: ${String(stderr)}`);
  return stdout;
}

/** Numbers from 0 to below 2^32 that are the same for the same seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Lines like those of a log, at least `bytes` long. */
export function logText(bytes: number, seed = 1): Buffer {
  const next = seededNumbers(seed);
  const lines: string[] = [];
  for (let length = 0; length < bytes; ) {
    const line = `2026-11-24 10:00:00.${next() % 1000} UTC [${next() % 5000}] LOG:  duration: ${next() % 90_000}.5 ms — select ${next()}\n`;
    lines.push(line);
    length += line.length;
  }
  return Buffer.from(lines.join(""));
}
