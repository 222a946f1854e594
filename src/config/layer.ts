import type * as z from "zod/mini";
import { dbperfError } from "../errors/index.ts";
import { checkShape } from "../util/check-shape.ts";
import { nearest } from "./nearest.ts";
import { knownKeys, type LayerValues, layerSchema } from "./schema.ts";

/** One place that sets configuration. */
export interface Layer {
  /** The file, or what else is to blame, as error messages name it. */
  readonly source: string;
  /** Where a key's value comes from: `flag --top`, `/srv/dbperf.config.yaml`. */
  originOf(key: string): string;
  readonly values: LayerValues;
}

/** Checks what a place says. Throws config-invalid, which names each bad key with its path. */
export function parseLayer(source: string, raw: unknown): LayerValues {
  const result = checkShape(layerSchema, raw ?? {});
  if (result.success) return result.data;
  const problem = result.error.issues.map(describe).join("; ");
  throw dbperfError("config-invalid", { file: source, problem: `${problem}.` });
}

/** The end of a message: `; did you mean “top”?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates);
  return guess === null ? "" : ` (did you mean “${guess}”?)`;
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const candidates = knownKeys(issue.path);
    const prefix = path === "" ? "" : `${path}.`;
    return issue.keys.map((key) => `unknown key “${prefix}${key}”${didYouMean(key, candidates)}`).join("; ");
  }
  return `${path === "" ? "the file" : path}: ${lowerFirst(issue.message)}`;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
