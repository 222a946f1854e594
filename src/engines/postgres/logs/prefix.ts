/** Operations of the kernel's prefix program, by escape; see kernel/postgres/prefix.ts. */
const OP = {
  end: 0,
  literal: 1,
  time: 2,
  epoch: 3,
  pid: 4,
  user: 5,
  database: 6,
  application: 7,
  remote: 8,
  session: 9,
  sqlstate: 10,
  queryId: 11,
  virtualTransaction: 12,
  skipped: 13,
  quit: 14,
} as const;

const ESCAPES: Readonly<Record<string, number>> = {
  m: OP.time,
  t: OP.time,
  s: OP.skipped,
  n: OP.epoch,
  p: OP.pid,
  u: OP.user,
  d: OP.database,
  a: OP.application,
  r: OP.remote,
  h: OP.remote,
  L: OP.skipped,
  c: OP.session,
  e: OP.sqlstate,
  Q: OP.queryId,
  v: OP.virtualTransaction,
  b: OP.skipped,
  i: OP.skipped,
  l: OP.skipped,
  x: OP.skipped,
  P: OP.skipped,
  q: OP.quit,
};

/** Longest prefix that the kernel has room for, in operations. */
const MOST_OPERATIONS = 1000;

export interface CompiledPrefix {
  /** Pairs of operation and argument. */
  readonly program: Uint8Array;
  /** Milliseconds that its times may be off. */
  readonly toleranceMs: number;
}

/** Compiles a `log_line_prefix`; null where it names an escape that PostgreSQL does not have, or is too long. */
export function compilePrefix(prefix: string): CompiledPrefix | null {
  const operations: number[] = [];
  const literal = (byte: number): number => operations.push(OP.literal, byte);
  const bytes = Buffer.from(prefix, "utf8");
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== 37) {
      literal(byte);
      continue;
    }
    at += 1;
    while (at < bytes.length && /[-\d]/.test(String.fromCharCode(bytes[at] ?? 0))) at += 1;
    const escape = String.fromCharCode(bytes[at] ?? 0);
    const operation = ESCAPES[escape];
    if (escape === "%") literal(37);
    else if (operation === undefined) return null;
    else operations.push(operation, 0);
  }
  if (operations.length / 2 > MOST_OPERATIONS) return null;
  operations.push(OP.end, 0);
  return { program: Uint8Array.from(operations), toleranceMs: /%[-\d]*[mn]/.test(prefix) ? 2 : 1001 };
}
