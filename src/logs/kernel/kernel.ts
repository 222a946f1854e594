import { KERNEL_BASE64 } from "./binary.ts";
import { zoneOffsetMinutes } from "./time-zones.ts";

/** Numbers of `Kernel.slots`: what one event is made of. Ranges are two slots: first address and the one after. */
export const SLOT = {
  next: 0,
  severity: 1,
  kind: 2,
  pid: 3,
  lines: 4,
  user: 6,
  database: 8,
  application: 10,
  remote: 12,
  session: 14,
  sqlstate: 16,
  queryId: 18,
  message: 20,
  text: 22,
  detail: 24,
  hint: 26,
  context: 28,
  statement: 30,
  virtualTransaction: 32,
  firstComment: 34,
  lastComment: 36,
  key: 38,
  route: 40,
  who: 44,
  routeHash: 46,
  errorNumber: 42,
  flags: 43,
  valueHash: 48,
  valueSum: 49,
  valueFlags: 50,
  trace: 51,
} as const;

/** Numbers of `Kernel.floats`. */
export const FLOAT = {
  timeMs: 0,
  durationUs: 1,
  rowsSent: 2,
  rowsAffected: 3,
  rowsExamined: 4,
  lockUs: 5,
  rateLimit: 6,
} as const;

/** What a call that reads an event says. */
export const READ = { incomplete: 0, event: 1, unparsed: 2 } as const;

type Reader = (at: number, to: number, isEnd: number) => number;
/** 0 no, 1 yes, 2 where the line before is known. */
type StartTest = (at: number, to: number) => number;
/** 1 yes, 0 no. */
type RangeTest = (from: number, to: number) => number;
/** An address; 0 for none. */
type StartSearch = (at: number, to: number, isBehindLine: number) => number;

interface KernelExports {
  readonly SLOTS: WebAssembly.Global;
  readonly FLOATS: WebAssembly.Global;
  readonly PREFIX: WebAssembly.Global;
  readonly OUT: WebAssembly.Global;
  readonly INPUT: WebAssembly.Global;
  readonly key: WebAssembly.Global;
  scan(from: number, to: number, isMysql: number): void;
  normalize(from: number, to: number, isMysql: number): number;
  readonly readStderr: Reader;
  readonly readCsv: Reader;
  readonly peekCsv: Reader;
  readonly readJson: Reader;
  readonly peekJson: Reader;
  readonly readSlow: Reader;
  readonly isSlowStart: StartTest;
  readonly findSlowStart: StartSearch;
  readonly findRoute: RangeTest;
  readonly findTrace: RangeTest;
  readonly hashParameters: RangeTest;
}

const PAGE_BYTES = 65_536;
/** The kernel reads a few bytes beyond what it is asked for. */
const SLACK_BYTES = 64;
/** For texts that do not lie in the input. */
const SCRATCH_BYTES = 65_536;

let compiled: WebAssembly.Module | null = null;

/** The scanner of log bytes: WebAssembly over a memory that files are read into. */
export class Kernel {
  /** First address that input may lie at. */
  readonly inputFrom: number;
  readonly readStderr: Reader;
  readonly readCsv: Reader;
  /** As `readCsv`, but leaves the bytes as they are and does not look into the message. */
  readonly peekCsv: Reader;
  readonly readJson: Reader;
  /** As `readJson`, but leaves the bytes as they are and does not look into the message. */
  readonly peekJson: Reader;
  readonly readSlow: Reader;
  /** Whether a part of a slow log may begin here; where the first such line is. */
  readonly isSlowStart: StartTest;
  readonly findSlowStart: StartSearch;
  /** Whether a comment holds `route='…'`; its range and hash are in the slots. */
  readonly findRoute: RangeTest;
  /** Whether a comment holds the id of a trace or request; its hash is in the slots. */
  readonly findTrace: RangeTest;
  /** Whether a DETAIL holds parameters; hash and sum of their values are in the slots. */
  readonly hashParameters: RangeTest;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: KernelExports;
  #inputBytes = 0;
  /** Views of the memory; renewed when it grows. */
  bytes: Uint8Array;
  slots: Uint32Array;
  floats: Float64Array;
  /** Zones that were met and are not known by name, read as UTC. */
  readonly unknownZones = new Set<string>();

  constructor(inputBytes: number) {
    compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, "base64"));
    const memory = new WebAssembly.Memory({ initial: 4 });
    const instance = new WebAssembly.Instance(compiled, {
      env: {
        memory,
        zoneOffsetMinutes: (from: number, to: number) => this.#zone(from, to),
        abort: () => {
          throw new Error("the log kernel gave up");
        },
      },
    });
    // The exports are those of kernel/index.ts, which the type above repeats.
    this.#exports = instance.exports as KernelExports;
    this.#memory = memory;
    this.inputFrom = Number(this.#exports.INPUT.value);
    this.readStderr = this.#exports.readStderr;
    this.readSlow = this.#exports.readSlow;
    this.isSlowStart = this.#exports.isSlowStart;
    this.findSlowStart = this.#exports.findSlowStart;
    this.findRoute = this.#exports.findRoute;
    this.findTrace = this.#exports.findTrace;
    this.hashParameters = this.#exports.hashParameters;
    this.readCsv = this.#exports.readCsv;
    this.peekCsv = this.#exports.peekCsv;
    this.readJson = this.#exports.readJson;
    this.peekJson = this.#exports.peekJson;
    this.bytes = new Uint8Array(memory.buffer);
    this.slots = new Uint32Array(0);
    this.floats = new Float64Array(0);
    this.reserve(inputBytes);
  }

  /** Makes room for so many bytes of input; what lies there stays. */
  reserve(inputBytes: number): void {
    this.#inputBytes = Math.max(inputBytes, this.#inputBytes);
    const wanted = this.inputFrom + this.#inputBytes + SCRATCH_BYTES + SLACK_BYTES;
    const missing = wanted - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    const { buffer } = this.#memory;
    this.bytes = new Uint8Array(buffer);
    this.slots = new Uint32Array(buffer, Number(this.#exports.SLOTS.value), 56);
    this.floats = new Float64Array(buffer, Number(this.#exports.FLOATS.value), 8);
  }

  /** Puts a compiled prefix (pairs of operation and argument) where `readStderr` reads it. */
  setPrefix(program: Uint8Array): void {
    this.bytes.set(program, Number(this.#exports.PREFIX.value));
  }

  /** Sets the key of a statement; see `keyLow` and `keyHigh`. */
  scan(from: number, to: number, isMysql: boolean): void {
    this.#exports.scan(from, to, isMysql ? 1 : 0);
    const key = BigInt.asUintN(64, BigInt(this.#exports.key.value));
    this.slots[SLOT.key] = Number(key & 0xffffffffn);
    this.slots[SLOT.key + 1] = Number(key >> 32n);
  }

  /** Normalised text of a statement: constants are U+0002, or U+0001 after the name of a type. */
  normalize(from: number, to: number, isMysql: boolean): string {
    const length = this.#exports.normalize(from, to, isMysql ? 1 : 0);
    const out = Number(this.#exports.OUT.value);
    return utf8.decode(this.bytes.subarray(out, out + length));
  }

  /** The same for a text that the kernel does not hold. */
  normalizeText(text: string, isMysql: boolean): string {
    const { from, to } = this.hold(text);
    return this.normalize(from, to, isMysql);
  }

  /** Puts a text, its first 64 KiB, behind the input until the next one is put there. */
  hold(text: string): { readonly from: number; readonly to: number } {
    const bytes = Buffer.from(text.slice(0, SCRATCH_BYTES), "utf8").subarray(0, SCRATCH_BYTES);
    const from = this.inputFrom + this.#inputBytes;
    this.bytes.set(bytes, from);
    return { from, to: from + bytes.length };
  }

  /** Text of a range. */
  text(from: number, to: number): string {
    return utf8.decode(this.bytes.subarray(from, to));
  }

  #zone(from: number, to: number): number {
    const name = this.text(from, to);
    const minutes = zoneOffsetMinutes(name);
    if (minutes !== null) return minutes;
    // A word that looks like no abbreviation is of the prefix.
    if (!ABBREVIATION.test(name)) return NO_ZONE;
    this.unknownZones.add(name);
    return 0;
  }
}

const ABBREVIATION = /^[A-Z]{2,6}$/;
/** Says that a word after the time is no zone. */
const NO_ZONE = -2_147_483_648;

const utf8 = new TextDecoder("utf-8");
