/** Operations of the kernel's prefix program; see kernel/postgres/prefix.ts and prefix-fields.ts. */
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
  sessionStart: 15,
  number: 16,
  leader: 17,
  host: 18,
  backend: 19,
} as const;

const ESCAPES: Readonly<Record<string, number>> = {
  m: OP.time,
  t: OP.time,
  s: OP.sessionStart,
  n: OP.epoch,
  p: OP.pid,
  u: OP.user,
  d: OP.database,
  a: OP.application,
  r: OP.remote,
  h: OP.host,
  L: OP.skipped,
  c: OP.session,
  e: OP.sqlstate,
  Q: OP.queryId,
  v: OP.virtualTransaction,
  b: OP.backend,
  i: OP.skipped,
  l: OP.number,
  x: OP.number,
  P: OP.leader,
  q: OP.quit,
};

/** Added to the width of a field that is padded on its right. */
const IS_LEFT = 128;
/** Wider fields are not told from narrower ones. */
const MOST_WIDTH = 127;
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
    const paddingFrom = at;
    while (at < bytes.length && /[-\d]/.test(String.fromCharCode(bytes[at] ?? 0))) at += 1;
    const padding = bytes.subarray(paddingFrom, at).toString("latin1");
    const letter = String.fromCharCode(bytes[at] ?? 0);
    const operation = ESCAPES[letter];
    if (letter === "%") literal(37);
    else if (operation === undefined) return null;
    else operations.push(operation, paddingArgument(padding));
  }
  if (operations.length / 2 > MOST_OPERATIONS) return null;
  operations.push(OP.end, 0);
  return { program: Uint8Array.from(operations), toleranceMs: /%[-\d]*[mn]/.test(prefix) ? 2 : 1001 };
}

/** `-10`: padded on the right to ten bytes. */
function paddingArgument(padding: string): number {
  const width = Math.min(MOST_WIDTH, Math.abs(Number(padding) || 0));
  return width === 0 ? 0 : padding.startsWith("-") ? width + IS_LEFT : width;
}
