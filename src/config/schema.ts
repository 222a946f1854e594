import { z } from "zod";
import { REPORT_FORMATS } from "../model/report-format.ts";
import { parseDuration } from "./durations.ts";
import { parseBytes } from "./quantities.ts";

const SEVERITIES = ["critical", "warning", "info"] as const;
const CONFIDENCES = ["measured", "estimated", "heuristic"] as const;

const duration = z.string("expected a duration such as 5s, 500ms or 2m").transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  context.addIssue("expected a duration such as 5s, 500ms or 2m");
  return z.NEVER;
});

const bytes = z.union([z.number(), z.string()], "expected a size such as 16GB").transform((value, context) => {
  const size = parseBytes(value);
  if (size !== null && size > 0) return size;
  context.addIssue("expected a size such as 16GB");
  return z.NEVER;
});

const text = z.string("expected a text").min(1, "must not be empty");
const flag = z.boolean("expected true or false");
const list = z.array(text, "expected a list");
const wholeNumber = "expected a whole number from 1 to 1000";

const targetObject = z.strictObject({
  url: text.nullable().default(null),
  passwordCommand: text.nullable().default(null),
  role: text.nullable().default(null),
  memory: bytes.nullable().default(null),
  storage: text.nullable().default(null),
  writable: flag.default(false),
});

const rule = z.strictObject({
  enabled: flag.optional(),
  severity: z.enum(SEVERITIES, oneOf(SEVERITIES)).optional(),
  thresholds: z
    .record(z.string(), z.union([z.number(), z.string()], "expected a number, or a text with a unit"))
    .optional(),
});

/** One place that sets configuration: a file, the environment, the flags. Unknown keys are errors. */
export const layerSchema = z.strictObject({
  targets: z
    .record(
      text,
      z.preprocess((value) => (typeof value === "string" ? { url: value } : value), targetObject),
    )
    .optional(),
  store: z.union([text, z.literal(false)], "expected a path, or false").optional(),
  top: z
    .preprocess(digits, z.number(wholeNumber).int(wholeNumber).min(1, wholeNumber).max(1000, wholeNumber))
    .optional(),
  timeout: duration.optional(),
  format: z.enum(REPORT_FORMATS, oneOf(REPORT_FORMATS)).optional(),
  failOn: list.optional(),
  minConfidence: z.enum(CONFIDENCES, oneOf(CONFIDENCES)).optional(),
  only: list.optional(),
  skip: list.optional(),
  rules: z.record(text, rule).optional(),
  keepLiterals: flag.optional(),
  explain: flag.optional(),
});

/** The values of one place; `timeout` in milliseconds, `memory` in bytes. */
export type LayerValues = z.output<typeof layerSchema>;

/** A database of the configuration; `memory` in bytes. */
export type TargetConfig = Readonly<z.output<typeof targetObject>>;

/** Keys that may stand at a path of the configuration; empty where names are free. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(layerSchema.shape);
  if (path.length !== 2) return [];
  if (path[0] === "targets") return Object.keys(targetObject.shape);
  return path[0] === "rules" ? Object.keys(rule.shape) : [];
}

function digits(value: unknown): unknown {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}

function oneOf(values: readonly string[]): string {
  return `expected one of ${values.join(", ")}`;
}
