import { readFileSync } from "node:fs";
import fc from "fast-check";
import { logFormats } from "../../src/engines/log-formats.ts";
import { packPart, unpackPart } from "../../src/logs/scan/pack-part.ts";
import { partOf, partsOf, type ReadText, saidBy } from "./log-parts.ts";
import { mutatedText } from "./mutated-text.ts";

const LOGS = new URL("../../fixtures/logs/", import.meta.url);
/** Recordings of real servers, one of each format and wrap of lines. */
export const FUZZED_LOGS = [
  "postgres-15/server.log",
  "postgres-15/server.csv",
  "postgres-15/server.json",
  "mariadb-10.11/slow.log",
  "mariadb-10.11/slow-explain.log",
  "mysql-slow/mysql-5.7.log",
  "mysql-slow/mysql-8.0-extra.log",
  "mysql-slow/percona-8.0-extra.log",
] as const;

/** Longest stretch of a recording that one run reads. */
const STRETCH_BYTES = 8000;

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
}

/** Damages stretches of a recording; throws where a byte is lost or where parts say something else than the whole. */
export function fuzzLog(name: string, { runs, seed }: FuzzOptions): void {
  const bytes = readFileSync(new URL(name, LOGS));
  const text = formatOf(bytes);
  const stretches = fc.nat(Math.max(0, bytes.length - STRETCH_BYTES)).chain((from) => {
    const start = bytes.lastIndexOf(10, from) + 1;
    return mutatedText(bytes.subarray(start, start + STRETCH_BYTES)).map((damaged) => ({
      bytes: damaged,
      // A counterexample of thousands of numbers tells nobody anything: seed and path give it again.
      [fc.toStringMethod]: () => `${damaged.length} bytes`,
    }));
  });
  const cuts = fc.array(fc.nat(STRETCH_BYTES), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(stretches, cuts, fc.boolean(), (damaged, places, isOpen) => {
      check({ ...text, bytes: damaged.bytes }, places, isOpen);
    }),
    { numRuns: runs, seed },
  );
}

function formatOf(bytes: Buffer): Omit<ReadText, "bytes"> {
  const text = bytes.toString("utf8");
  for (const format of logFormats) {
    const detected = format.detect({ text, prefixes: [] });
    if (detected !== null && detected.share > 0.9) return { format, dialect: detected.dialect };
  }
  throw new Error("a recording of no known format");
}

function check(text: ReadText, places: readonly number[], isOpen: boolean): void {
  const whole = partOf(text);
  if (whole.tally.bytes !== text.bytes.length) {
    throw new Error(`${text.bytes.length} bytes, but ${whole.tally.bytes} are accounted for`);
  }
  const said = saidBy(whole, text);
  const cuts = [...new Set(places.map((place) => Math.min(place, text.bytes.length)))].toSorted((a, b) => a - b);
  const inParts = partsOf(text, cuts, isOpen);
  requireEqual(
    saidBy(unpackPart(JSON.parse(JSON.stringify(packPart(inParts)))), text),
    said,
    `parts at ${cuts.join(", ")}`,
  );
}

function requireEqual(actual: string, expected: string, what: string): void {
  if (actual === expected) return;
  const lines = expected.split("\n");
  const at = actual.split("\n").findIndex((line, index) => line !== lines[index]);
  throw new Error(`${what}: line ${at}: ${actual.split("\n")[at]} instead of ${lines[at]}`);
}
