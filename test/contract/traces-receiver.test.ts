import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpenTraces } from "../../src/traces/open-traces.ts";
import { startReceiver, type TraceReceiver } from "../../src/traces/receive/receiver.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { protobuf, query, request } from "../unit/traces/support/otlp.ts";

const LIMIT_BYTES = 100_000;
const SPANS = request([query("select 1", { id: 1 }), query("select 2", { id: 2 })]);
const JSON_BODY = JSON.stringify(SPANS);

let receiver: TraceReceiver;
let texts: string[] = [];
let damage: string[] = [];
let traces: OpenTraces;

beforeEach(async () => {
  texts = [];
  damage = [];
  traces = new OpenTraces({ add: ({ text }) => void texts.push(text), endScope: () => undefined });
  receiver = await startReceiver({
    host: "127.0.0.1",
    port: 0,
    limitBytes: LIMIT_BYTES,
    onRequest: (body) => {
      if (JSON.stringify(body).includes("planted failure")) throw new Error("planted");
      return traces.addRequest(body);
    },
    onDamage: (problem) => void damage.push(problem),
    onFailure: (error) => void damage.push(String(error)),
  });
});

afterEach(() => receiver.close());

function post(body: Uint8Array | string, headers: Readonly<Record<string, string>>, url = receiver.url) {
  return fetch(url, { method: "POST", body: typeof body === "string" ? body : Buffer.from(body), headers });
}

function received(): readonly string[] {
  traces.finish();
  return texts;
}

describe("the receiver", () => {
  it("listens on the loopback, at a port that was free", () => {
    expect(receiver.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/v1\/traces$/);
  });

  it.each([
    ["JSON", JSON_BODY, { "content-type": "application/json; charset=utf-8" }],
    ["JSON with gzip", gzipSync(JSON_BODY), { "content-type": "application/json", "content-encoding": "gzip" }],
    ["protobuf", protobuf(SPANS), { "content-type": "application/x-protobuf" }],
    [
      "protobuf with gzip",
      gzipSync(protobuf(SPANS)),
      { "content-type": "application/x-protobuf", "content-encoding": "gzip" },
    ],
  ])("takes %s and answers in the same form", async (_, body, headers) => {
    const response = await post(body, headers);
    expect(response.status).toBe(200);
    const isJson = headers["content-type"].startsWith("application/json");
    expect(response.headers.get("content-type")).toBe(isJson ? "application/json" : "application/x-protobuf");
    expect(await response.text()).toBe(isJson ? "{}" : "");
    expect(received()).toEqual(["select 1", "select 2"]);
  });

  it("says how many spans it could not take", async () => {
    const broken = JSON_BODY.replace('"0000000000000002"', '"x"');
    const json = await post(broken, { "content-type": "application/json" });
    expect(await json.json()).toEqual({
      partialSuccess: { rejectedSpans: "1", errorMessage: "Spans without valid ids." },
    });
    const [first] = SPANS.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    const binary = protobuf(request(first === undefined ? [] : [{ ...first, spanId: "00" }]));
    const answer = await post(binary, { "content-type": "application/x-protobuf" });
    expect(Buffer.from(await answer.arrayBuffer()).toString("latin1")).toBe(
      "\x0a\x1c\x08\x01\x12\x18Spans without valid ids.",
    );
    expect(received()).toEqual(["select 1"]);
  });

  it.each([
    ["no JSON", "{", { "content-type": "application/json" }, 400, "The body is no valid JSON."],
    [
      "another document",
      '{"resourceMetrics":[]}',
      { "content-type": "application/json" },
      400,
      "The body is no ExportTraceServiceRequest.",
    ],
    ["no gzip", "abc", { "content-type": "application/json", "content-encoding": "gzip" }, 400, "The body is no gzip."],
  ])("refuses %s and names it", async (_, body, headers, status, message) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
    expect(damage).toEqual([message]);
    expect(received()).toEqual([]);
  });

  it("refuses damaged protobuf with a message in protobuf", async () => {
    const response = await post(Buffer.alloc(20, 0xff), { "content-type": "application/x-protobuf" });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/x-protobuf");
    expect(await response.text()).toBe("\x12\x26The body is no valid protobuf message.");
  });

  it.each([
    ["another content type", { "content-type": "text/plain" }],
    ["no content type", {}],
    ["another encoding", { "content-type": "application/json", "content-encoding": "br" }],
  ])("refuses %s with 415", async (_, headers) => {
    const response = await post(Buffer.from(JSON_BODY), headers);
    expect(response.status).toBe(415);
    expect(damage).toEqual([]);
  });

  it("refuses other paths and methods", async () => {
    const headers = { "content-type": "application/json" };
    expect((await post(JSON_BODY, headers, receiver.url.replace("traces", "metrics"))).status).toBe(404);
    const response = await fetch(receiver.url);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    expect(received()).toEqual([]);
  });

  it("refuses what is too large, on the wire, announced or not, and unpacked", async () => {
    const headers = { "content-type": "application/json" };
    const large = JSON.stringify({ resourceSpans: [], filler: "x".repeat(5_000_000) });
    expect((await post(large, headers)).status).toBe(413);
    expect((await post(gzipSync(large), { ...headers, "content-encoding": "gzip" })).status).toBe(413);
    expect(await chunked(large)).toBe(413);
    expect((await post(JSON_BODY, headers)).status).toBe(200);
    expect(received()).toEqual(["select 1", "select 2"]);
  });

  it("goes on after a client that broke off", async () => {
    const { hostname, port } = new URL(receiver.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{",
        );
        setTimeout(() => socket.destroy(), 20);
      });
      socket.once("close", () => resolve());
    });
    expect((await post(JSON_BODY, { "content-type": "application/json" })).status).toBe(200);
    expect(received()).toEqual(["select 1", "select 2"]);
    expect(damage).toEqual([]);
  });

  it("answers 500 to an error of its own and tells of it", async () => {
    const body = JSON.stringify(request([query("select 1 /* planted failure */", { id: 1 })]));
    expect((await post(body, { "content-type": "application/json" })).status).toBe(500);
    expect(damage).toEqual(["Error: planted"]);
  });

  it("says that a port is taken", async () => {
    const port = Number(new URL(receiver.url).port);
    const second = startReceiver({
      host: "127.0.0.1",
      port,
      onRequest: () => 0,
      onDamage: () => undefined,
      onFailure: () => undefined,
    });
    await expect(second).rejects.toMatchObject({
      code: "listen-failed",
      exitCode: 2,
      message: `dbperf cannot listen on 127.0.0.1:${port}: another program listens there.`,
    });
  });
});

describe("dbperf traces --listen", () => {
  it("reports what it received when its time is over", async () => {
    const port = await freePort();
    const argv = ["traces", "--listen", String(port), "--for", "1500ms", "--format", "json", "--no-store"];
    const run = runCli(argv, { cwd: temporaryFolder() });
    const url = `http://127.0.0.1:${port}/v1/traces`;
    const headers = { "content-type": "application/x-protobuf" };
    const send = () => post(protobuf(SPANS), headers, url).catch(() => null);
    let answer = await send();
    while (answer === null) answer = await send();
    expect(answer.status).toBe(200);
    expect((await post("{", { "content-type": "application/json" }, url)).status).toBe(400);
    const { out, err } = await run;
    expect(err).toContain(`Listening on ${url} for 1500ms.`);
    const { statements, notices } = JSON.parse(out);
    expect(statements.calls).toBe(2);
    expect(notices.map(({ message }: { message: string }) => message)).toEqual([
      "1 damaged record of traces could not be read. The first: request 2: The body is no valid JSON.",
      "2 of 2 statements have no parent span, so that nothing says to which request they belong: instrument what calls them, such as the HTTP server.",
    ]);
  });
});

async function freePort(): Promise<number> {
  const port = Number(new URL(receiver.url).port);
  await receiver.close();
  return port;
}

/** Posts without a content length and resolves to the status. */
function chunked(body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(receiver.url, { method: "POST", headers: { "content-type": "application/json" } });
    outgoing.once("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.once("error", reject);
    for (let at = 0; at < body.length; at += 50_000) outgoing.write(body.slice(at, at + 50_000));
    outgoing.end();
  });
}
