import { gzipSync } from "node:zlib";
import { KIND, type OtlpSpan, protobuf, query, request, span } from "./otlp.ts";

/** Requests with the planted loop: a page of 12 orders, and the items of each. */
const LOOPS = 4;
const ORDERS = 12;
const QUIET = 40;

/** Traces of a made-up shop with one planted loop, among requests that load what they need in one statement. */
export function shopTraces(): readonly (readonly OtlpSpan[])[] {
  return [
    ...Array.from({ length: LOOPS }, (_, index) => loopRequest(index + 1, index * 1000)),
    ...Array.from({ length: QUIET }, (_, index) => quietRequest(100 + index, index * 25)),
    ...Array.from({ length: QUIET }, (_, index) => hotRequest(200 + index, index * 3)),
  ];
}

/** The files of fixtures/traces: the same spans in each form that is read. */
export function shopFiles(): Readonly<Record<string, Buffer>> {
  const requests = shopTraces().map((spans) => request(spans));
  const lines = requests.map((item) => JSON.stringify(item)).join("\n");
  return {
    "shop.jsonl": Buffer.from(`${lines}\n`),
    "shop.jsonl.gz": gzipSync(lines),
    "shop.binpb": Buffer.concat(requests.map(protobuf).map(withLength)),
  };
}

function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}

/** As instrumentation-http, -pg and a pool write it, in the older conventions. */
function loopRequest(trace: number, at: number): readonly OtlpSpan[] {
  const id = trace * 1000;
  return [
    serverSpan(trace, id, "/orders", at),
    older("select id, customer_id from orders order by id limit 12", { trace, id: id + 1, parent: id, at: at + 1 }),
    ...Array.from({ length: ORDERS }, (_, index) => {
      const start = at + 4 + index * 3;
      const wrapper = id + 10 + index * 2;
      return [
        span({ trace, id: wrapper, parent: id, name: "orders.items", at: start, ms: 2.5 }),
        older("select * from order_items where order_id = $1", {
          trace,
          id: wrapper + 1,
          parent: wrapper,
          at: start + 0.5,
          attributes: {
            "db.postgresql.values": [String(trace * 100 + index)],
            "code.filepath": "src/orders.ts",
            "code.lineno": 42,
          },
        }),
      ];
    }).flat(),
  ];
}

function older(
  text: string,
  { attributes = {}, ...rest }: Omit<Parameters<typeof span>[0], "name" | "kind">,
): OtlpSpan {
  return span({
    ...rest,
    name: "pg.query:SELECT shop",
    kind: KIND.client,
    ms: 1.5,
    attributes: { "db.system": "postgresql", "db.statement": text, ...attributes },
  });
}

function quietRequest(trace: number, at: number): readonly OtlpSpan[] {
  const id = trace * 1000;
  return [
    serverSpan(trace, id, "/orders/batched", at),
    query("select id from orders order by id limit 12", { trace, id: id + 1, parent: id, at: at + 1 }),
    query("select i.* from orders o join order_items i on i.order_id = o.id where o.id = any($1)", {
      trace,
      id: id + 2,
      parent: id,
      at: at + 3,
    }),
  ];
}

/** Many requests at the same time on one statement. */
function hotRequest(trace: number, at: number): readonly OtlpSpan[] {
  const id = trace * 1000;
  return [
    serverSpan(trace, id, "/customers/:id", at),
    query("select * from customers where id = $1", {
      trace,
      id: id + 1,
      parent: id,
      at: at + 1,
      attributes: { "db.query.parameter.0": String(trace), "db.response.returned_rows": 1 },
    }),
  ];
}

function serverSpan(trace: number, id: number, route: string, at: number): OtlpSpan {
  const attributes = { "http.route": route, "http.request.method": "GET" };
  return span({ trace, id, name: `GET ${route}`, kind: KIND.server, at, ms: 60, attributes });
}
