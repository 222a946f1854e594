import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dbperfError } from "../../errors/index.ts";
import { decodeRequest, encodeResponse, encodeStatus, type PartialSuccess } from "../otlp/protobuf.ts";
import { requestKind } from "../otlp/read-request.ts";
import type { ListenAddress } from "./listen-address.ts";
import { Refusal } from "./refusal.ts";
import { readBody } from "./request-body.ts";

/** A receiver of OTLP over HTTP that is listening. */
export interface TraceReceiver {
  /** Where exporters send traces: `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /** Answers what is being sent, and takes nothing more. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ListenAddress {
  /** Takes a request in the form of OTLP/JSON and returns how many of its spans could not be read. */
  readonly onRequest: (request: unknown) => number;
  /** Told of each request that was refused as damaged. */
  readonly onDamage: (problem: string) => void;
  /** Told of an error that is none of the exporter's; the receiver should be closed. */
  readonly onFailure: (error: unknown) => void;
  readonly limitBytes?: number;
}

const PATH = "/v1/traces";
const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/x-protobuf";
/** Exporters keep connections open; what is being sent has this long to end. */
const CLOSE_MS = 1000;

/** Listens for traces. Throws listen-failed. */
export async function startReceiver(options: ReceiverOptions): Promise<TraceReceiver> {
  const server = createServer((request, response) => void answer(request, response, options));
  const port = await listen(server, options);
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}${PATH}`, close: () => close(server) };
}

function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(dbperfError("listen-failed", { address: `${host}:${port}`, problem: listenProblem(cause) }, { cause }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function listenProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") return "another program listens there";
  if (code === "EACCES") return "you may not listen there";
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return "it is no address of this machine";
  return message;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ReceiverOptions): Promise<void> {
  const type = contentType(request);
  try {
    const rejected = options.onRequest(await readRequestBody(request, type, options));
    const partial = rejected === 0 ? null : { rejectedSpans: rejected, errorMessage: "Spans without valid ids." };
    reply(response, 200, type, type === PROTOBUF_TYPE ? encodeResponse(partial) : jsonResponse(partial));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, "The receiver failed.");
    if (refusal !== error) options.onFailure(error);
    if (refusal.status === 400) options.onDamage(refusal.message);
    // An exporter that is still sending would not see the answer.
    request.resume();
    refuse(response, refusal, type);
  }
}

function jsonResponse(partialSuccess: PartialSuccess | null): string {
  if (partialSuccess === null) return "{}";
  // JSON of OTLP writes an int64 as text.
  return JSON.stringify({ partialSuccess: { ...partialSuccess, rejectedSpans: String(partialSuccess.rejectedSpans) } });
}

async function readRequestBody(
  request: IncomingMessage,
  type: string,
  { limitBytes }: ReceiverOptions,
): Promise<unknown> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (pathname !== PATH) throw new Refusal(404, `Only ${PATH} is here.`);
  if (request.method !== "POST") throw new Refusal(405, "Traces are sent by POST.");
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE) {
    throw new Refusal(415, `Content-Type has to be ${PROTOBUF_TYPE} or ${JSON_TYPE}.`);
  }
  const body = await readBody(request, limitBytes);
  const value = type === PROTOBUF_TYPE ? decodeProtobuf(body) : parseJson(body);
  if (requestKind(value) !== "traces") throw new Refusal(400, "The body is no ExportTraceServiceRequest.");
  return value;
}

function contentType({ headers }: IncomingMessage): string {
  return headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
}

function decodeProtobuf(body: Buffer): unknown {
  try {
    return decodeRequest(body);
  } catch {
    throw new Refusal(400, "The body is no valid protobuf message.");
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new Refusal(400, "The body is no valid JSON.");
  }
}

function refuse(response: ServerResponse, { status, message }: Refusal, type: string): void {
  if (status === 405) response.setHeader("Allow", "POST");
  if (status === 413) response.setHeader("Connection", "close");
  reply(response, status, type, type === PROTOBUF_TYPE ? encodeStatus(0, message) : JSON.stringify({ message }));
}

function reply(response: ServerResponse, status: number, type: string, body: Uint8Array | string): void {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  response.writeHead(status, {
    "Content-Type": type === PROTOBUF_TYPE ? PROTOBUF_TYPE : JSON_TYPE,
    "Content-Length": bytes.length,
  });
  response.end(bytes);
}
