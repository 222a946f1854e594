import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { fieldsOf, type GrownFormat, isProcess, type LineField, readField, writeField } from "./log-fields.ts";

/** A field of the recording: where it stands, and what the first copy has there. */
interface Field extends Pick<LineField, "kind"> {
  readonly at: number;
  readonly value: number;
}

/** The recording with fields of fixed width, which are written over in each copy. */
interface Template {
  readonly bytes: Buffer;
  readonly fields: readonly Field[];
  readonly processes: number;
}

/** Copies begin so far apart: a gigabyte then spans half a day. */
const SHIFT_SECONDS = 900;
/** Seven digits, six in hexadecimal. */
const FIRST_PROCESS = 1_100_000;

/**
 * Makes a log of at least `sizeBytes` out of whole copies of a recording, each later than the one before and with
 * processes of its own. Nothing is done where the target exists.
 */
export function growLog(recording: string, format: GrownFormat, sizeBytes: number, target: string): void {
  if (existsSync(target)) return;
  const template = templateOf(readFileSync(recording, "latin1"), format);
  const part = `${target}.part`;
  const descriptor = openSync(part, "w");
  for (let copy = 0; copy * template.bytes.length < sizeBytes; copy += 1) {
    writeFields(template, copy);
    writeSync(descriptor, template.bytes);
  }
  closeSync(descriptor);
  renameSync(part, target);
}

function templateOf(recording: string, format: GrownFormat): Template {
  const pieces: string[] = [];
  const fields: Field[] = [];
  const processes = new Map<number, number>();
  let length = 0;
  const put = (piece: string): void => {
    pieces.push(piece);
    length += piece.length;
  };
  for (const line of recording.split("\n")) {
    let done = 0;
    for (const { from, to, kind } of fieldsOf(line, format)) {
      put(line.slice(done, from));
      const number = readField(line.slice(from, to), kind);
      const value = isProcess(kind) ? numbered(number, processes) : number;
      fields.push({ at: length, kind, value });
      put(writeField(value, kind));
      done = to;
    }
    put(`${line.slice(done)}\n`);
  }
  // What follows the last line break is no line.
  pieces.push(pieces.pop()?.slice(0, -1) ?? "");
  return { bytes: Buffer.from(pieces.join(""), "latin1"), fields, processes: processes.size };
}

function numbered(process: number, processes: Map<number, number>): number {
  const known = processes.get(process) ?? FIRST_PROCESS + processes.size;
  processes.set(process, known);
  return known;
}

function writeFields({ bytes, fields, processes }: Template, copy: number): void {
  const texts = new Map<string, string>();
  for (const { at, kind, value } of fields) {
    const key = `${kind}${value}`;
    let text = texts.get(key);
    if (text === undefined) {
      text = writeField(value + copy * (isProcess(kind) ? processes : SHIFT_SECONDS), kind);
      texts.set(key, text);
    }
    bytes.write(text, at, "latin1");
  }
}
