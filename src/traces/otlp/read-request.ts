import type { OrmId } from "../../model/query-loop.ts";
import { databaseSpan } from "../database-span.ts";
import type { SpanKind, TraceSpan } from "../span.ts";
import { unitName } from "../unit-name.ts";
import { isRecord, readAttributes, textOf } from "./attributes.ts";

/** The spans of one request; `damaged` counts those whose ids cannot be read. */
export interface ReadRequest {
  readonly spans: readonly TraceSpan[];
  readonly damaged: number;
}

/** What a request is, seen from its members: metrics and logs go to the same collectors. */
export type RequestKind = "traces" | "other-signal" | "foreign";

export function requestKind(request: unknown): RequestKind {
  if (!isRecord(request)) return "foreign";
  // An empty message has no members at all.
  if (Array.isArray(request["resourceSpans"]) || Object.keys(request).length === 0) return "traces";
  return Array.isArray(request["resourceMetrics"]) || Array.isArray(request["resourceLogs"])
    ? "other-signal"
    : "foreign";
}

/** Reads an ExportTraceServiceRequest, as OTLP/JSON has it or as `decodeRequest` gives it. */
export function readRequest(request: unknown): ReadRequest {
  const spans: TraceSpan[] = [];
  let damaged = 0;
  for (const resourceSpans of members(request, "resourceSpans")) {
    const service = serviceName(resourceSpans["resource"]);
    const groups = [
      ...members(resourceSpans, "scopeSpans"),
      ...members(resourceSpans, "instrumentationLibrarySpans"), // until OTLP 0.15
    ];
    for (const group of groups) {
      const orm = ormOf(group["scope"] ?? group["instrumentationLibrary"]);
      for (const item of membersOrNull(group, "spans")) {
        const span = item === null ? null : readSpan(item, service, orm);
        if (span === null) damaged += 1;
        else spans.push(span);
      }
    }
  }
  return { spans, damaged };
}

function readSpan(
  item: Readonly<Record<string, unknown>>,
  service: string | null,
  orm: OrmId | null,
): TraceSpan | null {
  const traceId = readId(item["traceId"], 16);
  const spanId = readId(item["spanId"], 8);
  if (traceId === null || spanId === null) return null;
  const attributes = readAttributes(item["attributes"]);
  const name = typeof item["name"] === "string" ? item["name"] : "";
  const kind = readKind(item["kind"]);
  return {
    traceId,
    spanId,
    parentId: readId(item["parentSpanId"], 8),
    hasRemoteParent: remoteParent(item["flags"]),
    service,
    kind,
    name: unitName(name, kind, attributes),
    ...times(item["startTimeUnixNano"], item["endTimeUnixNano"]),
    orm,
    database: databaseSpan(attributes, name),
  };
}

/** Ids are bytes in protobuf and hex in JSON; all zeros is no id. */
function readId(value: unknown, bytes: number): string | null {
  const hex = value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  if (typeof hex !== "string" || hex.length !== bytes * 2 || !/^[0-9a-f]+$/i.test(hex)) return null;
  return /^0+$/.test(hex) ? null : hex.toLowerCase();
}

const KINDS: Readonly<Record<string, SpanKind>> = {
  2: "server",
  3: "client",
  5: "consumer",
  SPAN_KIND_SERVER: "server",
  SPAN_KIND_CLIENT: "client",
  SPAN_KIND_CONSUMER: "consumer",
};

function readKind(value: unknown): SpanKind {
  return KINDS[String(value)] ?? "other";
}

const REMOTE_IS_KNOWN = 0x100;
const IS_REMOTE = 0x200;

function remoteParent(flags: unknown): boolean | null {
  const bits = Number(flags ?? 0);
  return (bits & REMOTE_IS_KNOWN) === 0 ? null : (bits & IS_REMOTE) !== 0;
}

/** The difference is taken in whole nanoseconds: as fractions of milliseconds since 1970 it would be off by up to 0.2 µs. */
function times(start: unknown, end: unknown): Pick<TraceSpan, "startMs" | "durationMs"> {
  const startNs = nanoseconds(start);
  const endNs = nanoseconds(end);
  if (startNs === null || endNs === null || endNs < startNs) return { startMs: null, durationMs: null };
  return { startMs: milliseconds(startNs), durationMs: milliseconds(endNs - startNs) };
}

function nanoseconds(value: unknown): bigint | null {
  const isNumber = typeof value === "number" && Number.isInteger(value) && value > 0;
  const isText = typeof value === "string" && /^[1-9]\d{0,19}$/.test(value);
  return isNumber || isText ? BigInt(value) : null;
}

function milliseconds(ns: bigint): number {
  return Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;
}

/** SDKs name a service that was given none `unknown_service:node`. */
function serviceName(resource: unknown): string | null {
  if (!isRecord(resource)) return null;
  const name = textOf(readAttributes(resource["attributes"]), "service.name");
  return name?.startsWith("unknown_service") === true ? null : name;
}

const ORMS: readonly (readonly [RegExp, OrmId])[] = [
  [/sequelize/i, "sequelize"],
  [/typeorm/i, "typeorm"],
  [/prisma/i, "prisma"],
  [/drizzle/i, "drizzle"],
  [/mikro-?orm/i, "mikro-orm"],
  [/objection/i, "objection"],
  [/knex/i, "knex"],
];

/** The name of an instrumentation's scope is that of its package. */
function ormOf(scope: unknown): OrmId | null {
  const name = isRecord(scope) ? scope["name"] : null;
  if (typeof name !== "string") return null;
  return ORMS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

function members(value: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  return membersOrNull(value, key).filter((item) => item !== null);
}

/** The objects of a list; null for what is none. */
function membersOrNull(value: unknown, key: string): readonly (Readonly<Record<string, unknown>> | null)[] {
  const list = isRecord(value) ? value[key] : null;
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown) => (isRecord(item) ? item : null));
}
