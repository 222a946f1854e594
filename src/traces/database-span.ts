import { createHash } from "node:crypto";
import type { CallSite } from "../model/query-loop.ts";
import { type Attributes, countOf, textOf } from "./otlp/attributes.ts";
import type { DatabaseSpan } from "./span.ts";

const PARAMETER = /^db\.query\.parameter\./;

/** Spans of connections and pools: they carry the system, and no statement. */
const CONNECTION = /connect|pool|acquire|release|ping|handshake/i;

/** Reads what a span says of a database, in stable or older conventions; null where it says nothing. */
export function databaseSpan(attributes: Attributes, name: string): DatabaseSpan | null {
  const system = textOf(attributes, "db.system.name", "db.system");
  const text = textOf(attributes, "db.query.text", "db.statement");
  const operation = textOf(attributes, "db.operation.name", "db.operation", "db.query.summary");
  if (system === null && text === null && operation === null) return null;
  return {
    system,
    text,
    isStatement: text !== null || operation !== null || !CONNECTION.test(name),
    parameters: parametersHash(attributes),
    rows: countOf(attributes, "db.response.returned_rows"),
    batchSize: Math.max(1, countOf(attributes, "db.operation.batch.size") ?? 1),
    callSite: callSiteOf(attributes),
  };
}

/** Bound values are data: what is kept is equal where they are equal, and nothing else. */
function parametersHash(attributes: Attributes): string | null {
  const bound = [...attributes]
    .filter(([key]) => PARAMETER.test(key) || key === "db.postgresql.values")
    .map(([key, value]) => [key, String(value)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (bound.length === 0) return null;
  return createHash("sha256").update(JSON.stringify(bound)).digest("hex").slice(0, 16);
}

function callSiteOf(attributes: Attributes): CallSite | null {
  const file = textOf(attributes, "code.file.path", "code.filepath");
  const line = countOf(attributes, "code.line.number", "code.lineno");
  if (file === null || line === null || line === 0) return null;
  const column = countOf(attributes, "code.column.number", "code.column");
  return {
    file: file.replace(/^file:\/\//, ""),
    line,
    column: column === 0 ? null : column,
    functionName: textOf(attributes, "code.function.name", "code.function"),
  };
}
