import * as z from "zod/mini";
import { REPORT_FORMATS } from "../model/report-format.ts";
import { parseDuration } from "./durations.ts";
import { parseBytes } from "./quantities.ts";

const SEVERITIES = ["critical", "warning", "info"] as const;
const EXPECTED_DURATION = "expected a duration such as 5s, 500ms or 2m";
const EXPECTED_SIZE = "expected a size such as 16GB";
const CONFIDENCES = ["measured", "estimated", "heuristic"] as const;

const duration = quantity(z.string(EXPECTED_DURATION), parseDuration, EXPECTED_DURATION);
const bytes = quantity(z.union([z.number(), z.string()], EXPECTED_SIZE), parseBytes, EXPECTED_SIZE);
const text = z.string("expected a text").check(z.minLength(1, "must not be empty"));
const flag = z.boolean("expected true or false");
const list = z.array(text, "expected a list");
const wholeNumber = "expected a whole number from 1 to 1000";
const top = z.number(wholeNumber).check(z.int(wholeNumber), z.minimum(1, wholeNumber), z.maximum(1000, wholeNumber));

const targetObject = z.strictObject({
  url: z._default(z.nullable(text), null),
  passwordCommand: z._default(z.nullable(text), null),
  role: z._default(z.nullable(text), null),
  memory: z._default(z.nullable(bytes), null),
  storage: z._default(z.nullable(text), null),
  writable: z._default(flag, false),
});

const rule = z.strictObject({
  enabled: z.optional(flag),
  severity: z.optional(z.enum(SEVERITIES, oneOf(SEVERITIES))),
  thresholds: z.optional(
    z.record(z.string(), z.union([z.number(), z.string()], "expected a number, or a text with a unit")),
  ),
});

/** One place that sets configuration: a file, the environment, the flags. Unknown keys are errors. */
export const layerSchema = z.strictObject({
  targets: z.optional(z.record(text, z.pipe(z.transform(urlAlone), targetObject))),
  store: z.optional(z.union([text, z.literal(false)], "expected a path, or false")),
  top: z.optional(z.pipe(z.transform(digits), top)),
  timeout: z.optional(duration),
  format: z.optional(z.enum(REPORT_FORMATS, oneOf(REPORT_FORMATS))),
  failOn: z.optional(list),
  minConfidence: z.optional(z.enum(CONFIDENCES, oneOf(CONFIDENCES))),
  only: z.optional(list),
  skip: z.optional(list),
  rules: z.optional(z.record(text, rule)),
  keepLiterals: z.optional(flag),
  explain: z.optional(flag),
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

/** A text or number with a unit, as a number greater than 0. */
function quantity<T>(written: z.ZodMiniType<T>, parse: (value: T) => number | null, expected: string) {
  const read = z.transform<T, number>((value, { issues }) => {
    const result = parse(value);
    if (result !== null && result > 0) return result;
    issues.push({ code: "custom", message: expected, input: value });
    return z.NEVER;
  });
  return z.pipe(written, read);
}

/** A target may be its URL alone. */
function urlAlone(value: unknown): unknown {
  return typeof value === "string" ? { url: value } : value;
}

function digits(value: unknown): unknown {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}

function oneOf(values: readonly string[]): string {
  return `expected one of ${values.join(", ")}`;
}
