/** Spans as OTLP/JSON has them, and the same in protobuf, written byte by byte so that the decoder is not its own judge. */

export type OtlpValue = string | number | boolean | readonly string[];

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly flags?: number;
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: string;
    readonly boolValue?: boolean;
    readonly arrayValue?: { readonly values: readonly { readonly stringValue: string }[] };
  };
}

export interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}

export const KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** 2026-11-24T12:00:00Z. */
export const BASE_MS = 1_795_521_600_000;

export interface SpanOptions {
  readonly trace?: number;
  readonly id: number;
  readonly parent?: number;
  readonly name?: string;
  readonly kind?: number;
  /** Milliseconds after `BASE_MS`. */
  readonly at?: number;
  readonly ms?: number;
  readonly attributes?: Readonly<Record<string, OtlpValue>>;
  readonly flags?: number;
}

export function span({
  trace = 1,
  id,
  parent,
  name = "work",
  kind = 1,
  at = 0,
  ms = 1,
  ...rest
}: SpanOptions): OtlpSpan {
  const startNs = BigInt(BASE_MS) * 1_000_000n + BigInt(Math.round(at * 1e6));
  return {
    traceId: trace.toString(16).padStart(32, "0"),
    spanId: spanId(id),
    ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
    name,
    kind,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + BigInt(Math.round(ms * 1e6))),
    attributes: attributes(rest.attributes ?? {}),
    ...(rest.flags === undefined ? {} : { flags: rest.flags }),
  };
}

/** A statement as instrumentations of the stable conventions write it. */
export function query(text: string, { attributes: more = {}, ...options }: SpanOptions): OtlpSpan {
  return span({
    name: text.slice(0, 6),
    kind: KIND.client,
    ...options,
    attributes: { "db.system.name": "postgresql", "db.query.text": text, ...more },
  });
}

function spanId(id: number): string {
  return id.toString(16).padStart(16, "0");
}

export function request(
  spans: readonly OtlpSpan[],
  { service = "shop", scope = "test" }: { readonly service?: string; readonly scope?: string } = {},
): OtlpRequest {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes({ "service.name": service }) },
        scopeSpans: [{ scope: { name: scope }, spans }],
      },
    ],
  };
}

function attributes(values: Readonly<Record<string, OtlpValue>>): OtlpAttribute[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === "string") return { key, value: { stringValue: value } };
    if (typeof value === "number") return { key, value: { intValue: String(value) } };
    if (typeof value === "boolean") return { key, value: { boolValue: value } };
    return { key, value: { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } } };
  });
}

/** The request as protobuf, by the field numbers of opentelemetry-proto 1.x. */
export function protobuf({ resourceSpans }: OtlpRequest): Buffer {
  return Buffer.concat(
    resourceSpans.map(({ resource, scopeSpans }) =>
      message(1, [
        message(1, resource.attributes.map(attributeBytes)),
        ...scopeSpans.map(({ scope, spans }) =>
          message(2, [message(1, [text(1, scope.name)]), ...spans.map(spanBytes)]),
        ),
        text(3, "https://opentelemetry.io/schemas/1.37.0"),
      ]),
    ),
  );
}

function spanBytes(item: OtlpSpan): Buffer {
  return message(2, [
    bytes(1, Buffer.from(item.traceId, "hex")),
    bytes(2, Buffer.from(item.spanId, "hex")),
    text(3, "vendor=1"),
    ...(item.parentSpanId === undefined ? [] : [bytes(4, Buffer.from(item.parentSpanId, "hex"))]),
    text(5, item.name),
    Buffer.concat([varint(6 << 3), varint(item.kind)]),
    fixed64(7, BigInt(item.startTimeUnixNano)),
    fixed64(8, BigInt(item.endTimeUnixNano)),
    ...item.attributes.map((attribute) => message(9, [attributeContent(attribute)])),
    message(15, [text(2, "status message")]),
    ...(item.flags === undefined ? [] : [fixed32(16, item.flags)]),
  ]);
}

function attributeBytes(attribute: OtlpAttribute): Buffer {
  return message(1, [attributeContent(attribute)]);
}

function attributeContent({ key, value }: OtlpAttribute): Buffer {
  return Buffer.concat([text(1, key), message(2, [valueBytes(value)])]);
}

function valueBytes({ stringValue, intValue, boolValue, arrayValue }: OtlpAttribute["value"]): Buffer {
  if (stringValue !== undefined) return text(1, stringValue);
  if (boolValue !== undefined) return Buffer.concat([varint(2 << 3), varint(boolValue ? 1 : 0)]);
  if (intValue !== undefined) return Buffer.concat([varint(3 << 3), varint(Number(intValue))]);
  return message(
    5,
    (arrayValue?.values ?? []).map((value) => message(1, [valueBytes(value)])),
  );
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, "utf8"));
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function fixed64(field: number, value: bigint): Buffer {
  const content = Buffer.alloc(8);
  content.writeBigUInt64LE(value);
  return Buffer.concat([varint((field << 3) | 1), content]);
}

function fixed32(field: number, value: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeUInt32LE(value);
  return Buffer.concat([varint((field << 3) | 5), content]);
}

export function varint(value: number): Buffer {
  const content: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) content.push((rest % 0x80) | 0x80);
  return Buffer.from([...content, rest]);
}
