import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "yaml";
import * as z from "zod/mini";
import { dbperfError } from "../errors/index.ts";
import type { IsoTime } from "../model/primitives.ts";
import { checkShape } from "../util/check-shape.ts";
import { loadYaml } from "./yaml.ts";

/** The name of the suppression file, beside the configuration. */
export const SUPPRESSIONS_FILE = "dbperf.suppressions.yaml";

/** `key`: a finding's key, or its start with at least four hexadecimal digits. `until`: the last day, in UTC. */
export interface Suppression {
  readonly key: string;
  readonly reason: string;
  readonly until: string | null;
  readonly by: string | null;
}

export interface SuppressionFile {
  readonly path: string;
  readonly entries: readonly Suppression[];
}

const KEY = /^[a-z][a-z0-9-]*:[0-9a-f]{4,12}$/;

const entrySchema = z.strictObject({
  key: z.string().check(z.regex(KEY, "`key` has to be <rule-id>:<4 to 12 hexadecimal digits>")),
  reason: z.string().check(z.trim(), z.minLength(1, "`reason` must not be empty")),
  until: z._default(z.nullable(z.string().check(z.refine(isDate, "`until` has to be a date, YYYY-MM-DD"))), null),
  by: z._default(z.nullable(z.string()), null),
});

/** Reads the suppressions of a folder; none where there is no file. Throws suppressions-invalid. */
export function loadSuppressions(directory: string): SuppressionFile {
  const path = join(directory, SUPPRESSIONS_FILE);
  return { path, entries: existsSync(path) ? parseEntries(path, readDocument(path)) : [] };
}

/** Adds an entry, or replaces the one of the same key; comments and order stay. Throws usage, suppressions-invalid. */
export function addSuppression(path: string, entry: Suppression, nowIso: IsoTime): void {
  checkNew(entry, nowIso);
  const document = existsSync(path) ? readDocument(path) : loadYaml().parseDocument("[]");
  const entries = parseEntries(path, document);
  const position = entries.findIndex(({ key }) => key === entry.key);
  const { key, reason, by } = entry;
  // Renewing the reason must not make a suppression with an end permanent.
  const until = entry.until ?? entries[position]?.until ?? null;
  const node = document.createNode({
    key,
    reason,
    ...(until === null ? {} : { until }),
    ...(by === null ? {} : { by }),
  });
  if (!loadYaml().isSeq(document.contents)) document.contents = document.createNode([]);
  if (loadYaml().isSeq(document.contents)) document.contents.flow = false;
  if (position === -1) document.add(node);
  else replaceAt(document, position, node);
  // Renamed into place, so that a kill leaves the old list or the new one.
  const draft = `${path}.tmp`;
  writeFileSync(draft, document.toString({ lineWidth: 0 }));
  renameSync(draft, path);
}

/** The suppression of a finding that is in force at `nowIso`; null where there is none, or it has expired. */
export function activeSuppression(list: readonly Suppression[], key: string, nowIso: IsoTime): Suppression | null {
  const today = nowIso.slice(0, 10);
  return list.find((entry) => key.startsWith(entry.key) && (entry.until === null || entry.until >= today)) ?? null;
}

function checkNew({ key, reason, until }: Suppression, nowIso: IsoTime): void {
  if (!KEY.test(key)) throw usage(`“${key}” is not a finding's key: <rule-id>:<4 to 12 hexadecimal digits>.`);
  if (reason.trim() === "") throw usage("A suppression needs a reason.");
  if (until === null) return;
  if (!isDate(until)) throw usage(`“${until}” is not a date of the form YYYY-MM-DD.`);
  if (until < nowIso.slice(0, 10)) throw usage(`${until} is in the past.`);
}

function usage(problem: string): Error {
  return dbperfError("usage", { problem, command: "suppress" });
}

/** The comment of an entry that is replaced stays above it. */
function replaceAt(document: Document, position: number, node: unknown): void {
  const old = document.getIn([position], true);
  if (loadYaml().isMap(old) && loadYaml().isMap(node) && old.commentBefore != null)
    node.commentBefore = old.commentBefore;
  document.setIn([position], node);
}

function readDocument(path: string): Document {
  const document: Document = loadYaml().parseDocument(readFileSync(path, "utf8"));
  const [error] = document.errors;
  if (error === undefined) return document;
  throw invalid(path, (error.message.split("\n")[0] ?? "").replace(/:$/, ""));
}

function parseEntries(path: string, document: Document): readonly Suppression[] {
  const data: unknown = document.toJS();
  if (data === null || data === undefined) return [];
  const result = checkShape(z.array(entrySchema, "expected a list of entries"), data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [position] = issue?.path ?? [];
  const where = typeof position === "number" ? `entry ${position + 1}: ` : "";
  throw invalid(path, `${where}${issue?.message ?? ""}`);
}

function invalid(file: string, problem: string): Error {
  return dbperfError("suppressions-invalid", { file, problem: `${problem}.` });
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
