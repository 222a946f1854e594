import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Refusal } from "./refusal.ts";

/** As the collector's default; on the wire and unpacked. */
const MOST_BODY_BYTES = 20 * 1024 * 1024;

const unpack = promisify(gunzip);

/** The body of a request, unpacked. Throws a Refusal. */
export async function readBody(request: IncomingMessage, limitBytes = MOST_BODY_BYTES): Promise<Buffer> {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") {
    throw new Refusal(415, `Content-Encoding ${encoding} is not read: use gzip or none.`);
  }
  const tooLarge = new Refusal(413, `The request has more than ${limitBytes} bytes: export smaller batches.`);
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge;
  const stored = await readAll(request, limitBytes);
  if (stored === null) throw tooLarge;
  if (encoding === "identity") return stored;
  try {
    return await unpack(stored, { maxOutputLength: limitBytes });
  } catch (error) {
    const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw isTooLarge ? tooLarge : new Refusal(400, "The body is no gzip.");
  }
}

/** Null: there is more than the limit. The request stays open, so that it can be answered. */
async function readAll(request: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      length += chunk.length;
      if (length > limitBytes) return null;
      parts.push(chunk);
    }
  } catch {
    throw new Refusal(408, "The request broke off.");
  }
  return Buffer.concat(parts);
}
