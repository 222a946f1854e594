import { closeSync, existsSync, openSync, renameSync, writeSync } from "node:fs";
import { type Random, seededRandom } from "./random.ts";

export const LONG_CLASSES = 20_000;
const LEAST_CHARACTERS = 2000;
const MOST_CHARACTERS = 6000;
const BATCH_EVENTS = 500;
const START_MS = Date.UTC(2026, 10, 24, 8);
const SESSIONS = 50;

const SYLLABLES = ["ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "xy"] as const;

/**
 * Writes a log of PostgreSQL (`%m [%p] %q%u@%d/%a `) or MariaDB whose statements are of 20,000 classes with long texts
 * of their own, as generated SQL without parameters for names makes them. Nothing is done where the target exists.
 */
export function writeLongClasses(engine: "postgres" | "mariadb", sizeBytes: number, target: string): void {
  if (existsSync(target)) return;
  const random = seededRandom(20);
  const descriptor = openSync(`${target}.part`, "w");
  let count = 0;
  for (let written = 0; written < sizeBytes; ) {
    const events = Array.from({ length: BATCH_EVENTS }, () => {
      count += 1;
      return (engine === "postgres" ? postgresEvent : mariadbEvent)(random, count);
    });
    written += writeSync(descriptor, events.join(""));
  }
  closeSync(descriptor);
  renameSync(`${target}.part`, target);
}

/** Every class once, then any of them. */
function statement(random: Random, count: number): string {
  const number = count <= LONG_CLASSES ? count : 1 + random.below(LONG_CLASSES);
  return `${longText(number)} where id = ${random.below(1_000_000)}`;
}

/** Of each class: it is made once, and written many times. */
const texts = new Map<number, string>();

function longText(number: number): string {
  const known = texts.get(number);
  if (known !== undefined) return known;
  const random = seededRandom(number);
  const wanted = LEAST_CHARACTERS + random.below(MOST_CHARACTERS - LEAST_CHARACTERS);
  let text = `select ${word(random)}`;
  while (text.length < wanted) text += `, ${word(random)}.${word(random)}_${word(random)}`;
  text += ` from ${word(random)}_table_of_class${number}x`;
  texts.set(number, text);
  return text;
}

function word(random: Random): string {
  let text = "";
  for (let left = 2 + random.below(4); left > 0; left -= 1) text += random.pick(SYLLABLES);
  return text;
}

function postgresEvent(random: Random, count: number): string {
  const time = new Date(START_MS + count * 10).toISOString().replace("T", " ").replace("Z", " UTC");
  const process = 1_100_000 + random.below(SESSIONS);
  const duration = `${random.below(500)}.${100 + random.below(900)}`;
  return `${time} [${process}] web@shop/shop web LOG:  duration: ${duration} ms  statement: ${statement(random, count)}\n`;
}

function mariadbEvent(random: Random, count: number): string {
  const seconds = Math.floor((START_MS + count * 10) / 1000);
  const duration = `0.${100_000 + random.below(900_000)}`;
  return [
    "# User@Host: web[web] @ localhost []",
    `# Thread_id: ${1_100_000 + random.below(SESSIONS)}  Schema: shop  QC_hit: No`,
    `# Query_time: ${duration}  Lock_time: 0.000101  Rows_sent: 20  Rows_examined: 400`,
    "# Rows_affected: 0  Bytes_sent: 2070",
    `SET timestamp=${seconds};`,
    `${statement(random, count)};\n`,
  ].join("\n");
}
