import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traceRecords } from "../../../src/traces/file/records.ts";
import { traceFormat } from "../../../src/traces/file/trace-format.ts";
import type { TraceRecord } from "../../../src/traces/file/trace-record.ts";
import { readRequest } from "../../../src/traces/otlp/read-request.ts";
import { protobuf, query, request, varint } from "./support/otlp.ts";

const REQUESTS = [1, 2, 3].map((id) =>
  request([
    query(`select '{"[' || "x\\y" from a${id}`, { id, trace: id }),
    query("select 2", { id: id + 10, trace: id }),
  ]),
);
const LINES = REQUESTS.map((item) => JSON.stringify(item));

function fixed32(message: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}

const MESSAGES = REQUESTS.map(protobuf);
const DELIMITED = MESSAGES.map((message) => Buffer.concat([varint(message.length), message]));
const FILES = {
  "one a line": LINES.join("\n"),
  "one a line with Windows' line ends and empty lines": `\ufeff${LINES.join("\r\n\r\n")}\r\n`,
  "an array on one line": `[${LINES.join(",")}]`,
  "an array over several lines": JSON.stringify(REQUESTS, null, 2),
  "an array with one a line": `[\n${LINES.join(",\n")}\n]`,
  "one after the other over several lines": REQUESTS.map((item) => JSON.stringify(item, null, 2)).join("\n"),
  "messages with their length": Buffer.concat(DELIMITED),
  "messages with four bytes of length": Buffer.concat(MESSAGES.map(fixed32)),
  "one message": Buffer.concat(MESSAGES),
} as const;

async function recordsOf(file: string | Buffer, chunkBytes = 64 * 1024): Promise<readonly TraceRecord[]> {
  const bytes = Buffer.from(file);
  const detected = traceFormat(bytes.subarray(0, 64 * 1024));
  if ("problem" in detected) throw new Error(detected.problem);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const records: TraceRecord[] = [];
  for await (const record of traceRecords(chunks(), detected.format)) records.push(record);
  return records;
}

function texts(records: readonly TraceRecord[]): readonly string[] {
  return records.flatMap((record) =>
    "problem" in record
      ? [`damaged: ${record.problem}`]
      : readRequest(record.value).spans.map(({ database }) => database?.text ?? ""),
  );
}

const ALL = REQUESTS.flatMap((item) => readRequest(item).spans.map(({ database }) => database?.text ?? ""));

describe("the records of a file", () => {
  it.each(Object.entries(FILES))("of %s are its requests, wherever chunks end", async (_, file) => {
    expect(texts(await recordsOf(file))).toEqual(ALL);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), async (chunkBytes) => {
        expect(texts(await recordsOf(file, chunkBytes))).toEqual(ALL);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["a line", [LINES[0], '{"resourceSpans":[{"res', LINES[2]].join("\n"), "it is no valid JSON"],
    ["the first line", ['{"resourceSpans":[{"res', LINES[0], LINES[2]].join("\n"), "it is no valid JSON"],
    ["an object of an array", `[\n${LINES[0]},\n{"resourceSpans": oops},\n${LINES[2]}\n]`, "it is no valid JSON"],
    [
      "a message",
      Buffer.concat([DELIMITED[0] ?? Buffer.of(), varint(40), Buffer.alloc(40, 0xff), DELIMITED[2] ?? Buffer.of()]),
      "it is no valid message",
    ],
  ])("survive %s that is damaged", async (_, file, problem) => {
    const read = texts(await recordsOf(file));
    expect(read.filter((text) => text.startsWith("damaged"))).toEqual([`damaged: ${problem}`]);
    expect(read.filter((text) => !text.startsWith("damaged"))).toEqual([...ALL.slice(0, 2), ...ALL.slice(4)]);
  });

  it.each(Object.entries(FILES).filter(([name]) => !name.startsWith("one a line with")))(
    "of %s that was cut off are those before, and one damaged",
    async (_, file) => {
      const bytes = Buffer.from(file);
      const read = texts(await recordsOf(bytes.subarray(0, bytes.length - 30)));
      expect(read.slice(0, 4)).toEqual(ALL.slice(0, 4));
      expect(read.at(-1)).toMatch(/^damaged: /);
    },
  );

  it.each([
    ["text", "2026-11-24 12:00:00 UTC LOG:  checkpoint starting\n"],
    ["an empty line before text", "\nhello\nworld\n"],
    ["an image", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")],
    ["a table of SQLite", Buffer.from("SQLite format 3\0")],
  ])("are none in %s", (_, file) => {
    expect(traceFormat(Buffer.from(file))).toEqual({ problem: "it is neither JSON nor protobuf of OTLP" });
  });
});
