import { dbperfError } from "../../errors/index.ts";
import type { OpenTraces } from "../open-traces.ts";
import { isRecord } from "../otlp/attributes.ts";
import { requestKind } from "../otlp/read-request.ts";
import { type ByteStream, openTraceInput, type TraceInput } from "./open-input.ts";
import { traceRecords } from "./records.ts";
import { traceFormat } from "./trace-format.ts";

/**
 * Reads the spans of one file into `traces`. Damaged records are counted, and the rest is read.
 * Throws input-not-found, input-unreadable, traces-empty and traces-foreign.
 */
export async function readTraceFile(
  path: string,
  { stdin, traces }: { readonly stdin: ByteStream; readonly traces: OpenTraces },
): Promise<void> {
  const input = await openTraceInput(path, { stdin });
  try {
    await readInput(input, traces);
  } finally {
    input.close();
  }
}

async function readInput(input: TraceInput, traces: OpenTraces): Promise<void> {
  const { name, head, chunks } = input;
  if (head.toString("utf8").trim() === "") throw dbperfError("traces-empty", { file: name });
  const detected = traceFormat(head);
  if ("problem" in detected) throw dbperfError("traces-foreign", { file: name, problem: detected.problem });
  const { tally } = traces;
  const before = tally.spans + tally.damagedSpans;
  let number = 0;
  let good = 0;
  let foreign: string | null = null;
  for await (const record of traceRecords(chunks, detected.format)) {
    number += 1;
    tally.records += 1;
    const problem = "problem" in record ? record.problem : addRecord(record.value, traces);
    if (problem === null) good += 1;
    else {
      foreign ??= problem;
      tally.damagedRecords += 1;
      tally.firstDamage ??= `record ${number} of ${name}: ${problem}`;
    }
  }
  if (good === 0) throw dbperfError("traces-foreign", { file: name, problem: foreign ?? "it holds no record" });
  const problem = input.problem();
  if (problem !== null) tally.firstDamage ??= `${name}: ${problem}`;
  if (problem !== null) tally.damagedRecords += 1;
  if (tally.spans + tally.damagedSpans > before) return;
  if (tally.otherSignals === 0) throw dbperfError("traces-empty", { file: name });
  throw dbperfError("traces-foreign", { file: name, problem: "it holds metrics or logs, and no spans" });
}

/** Null, or why the record is none. */
function addRecord(value: unknown, traces: OpenTraces): string | null {
  const kind = requestKind(value);
  if (kind === "foreign") return foreignWords(value);
  if (kind === "other-signal") traces.tally.otherSignals += 1;
  else traces.addRequest(value);
  return null;
}

function foreignWords(value: unknown): string {
  if (!isRecord(value)) return "it is no object";
  if (value["kind"] === "dbperf-capture") return "it is a saved capture, which dbperf analyze reads";
  if (Array.isArray(value["data"])) return "it looks like an export of Jaeger, and is no OTLP";
  if ("traceId" in value && "localEndpoint" in value) return "it looks like spans of Zipkin, and is no OTLP";
  return "it has no resourceSpans";
}
