import { describe, expect, it } from "vitest";
import { decodeRequest } from "../../../src/traces/otlp/protobuf.ts";
import { readRequest, requestKind } from "../../../src/traces/otlp/read-request.ts";
import { KIND, protobuf, query, request, span } from "./support/otlp.ts";

const spans = [
  span({
    id: 1,
    name: "GET /ä",
    kind: KIND.server,
    flags: 0x101,
    attributes: { "http.route": "/ä", "http.method": "GET" },
  }),
  query("select $1", {
    id: 2,
    parent: 1,
    at: 0.000001,
    ms: 0.1,
    attributes: {
      "db.response.returned_rows": 3,
      "db.query.parameter.0": "x",
      "db.postgresql.values": ["a", "b"],
      ok: true,
    },
  }),
];

describe("a request", () => {
  it("is the same in protobuf as in JSON", () => {
    const json = readRequest(request(spans));
    expect(json.spans).toHaveLength(2);
    expect(json.spans[0]).toMatchObject({ name: "GET /ä", kind: "server", hasRemoteParent: false });
    expect(readRequest(decodeRequest(protobuf(request(spans))))).toEqual(json);
  });

  it("may have its kinds as names and its times as numbers", () => {
    const [first] = spans;
    const named = {
      ...first,
      kind: "SPAN_KIND_SERVER",
      startTimeUnixNano: 1_795_521_600_000_000_000,
      endTimeUnixNano: 1_795_521_600_001_000_000,
    };
    const { spans: read } = readRequest({ resourceSpans: [{ scopeSpans: [{ spans: [named] }] }] });
    expect(read[0]).toMatchObject({ kind: "server", startMs: 1_795_521_600_000, service: null });
    // A number of JSON has 53 bits: 256 ns at this time.
    expect(read[0]?.durationMs).toBeCloseTo(1, 3);
  });

  it("loses no neighbour to a span that is none", () => {
    const { spans: read, damaged } = readRequest({
      resourceSpans: [
        null,
        { scopeSpans: [{ spans: [spans[0], null, "x", { ...spans[1], traceId: "xyz" }, spans[1]] }] },
      ],
    });
    expect(read.map(({ spanId }) => spanId)).toEqual(["0000000000000001", "0000000000000002"]);
    expect(damaged).toBe(3);
  });

  it("is told from other signals and from what is none", () => {
    expect(requestKind(request(spans))).toBe("traces");
    expect(requestKind({})).toBe("traces");
    expect(requestKind({ resourceMetrics: [] })).toBe("other-signal");
    expect(requestKind({ data: [] })).toBe("foreign");
    expect(requestKind([])).toBe("foreign");
    expect(requestKind("x")).toBe("foreign");
  });
});
