import type { Subject } from "../model/finding.ts";
import type { CallSite } from "../model/query-loop.ts";
import { printable, truncateLength } from "../util/text.ts";
import { callSiteOf } from "./rule-results.ts";
import { subjectWords } from "./words.ts";

/** Names the folder that the program was started in; whoever reads the file knows where that is. */
export const SOURCE_ROOT = "%SRCROOT%";

const MOST_NAME = 300;

/** What URL leaves in a path though no URI may hold it. */
const UNENCODED = /[^\w\-.~:/?#@!$&'()*+,;=%]/gu;

interface SarifLocation {
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region?: { readonly startLine: number; readonly startColumn?: number };
  };
  readonly logicalLocations?: readonly { readonly name: string; readonly kind: "function" | "resource" }[];
}

/** Where a finding is: a line of the program where one is known, else the object of the database. */
export function sarifLocation(subject: Subject): SarifLocation {
  const site = callSiteOf(subject);
  if (site === null) return { logicalLocations: [{ name: shortName(subjectWords(subject)), kind: "resource" }] };
  const region = regionOf(site);
  return {
    physicalLocation: { artifactLocation: artifactLocation(site.file), ...(region === null ? {} : { region }) },
    ...(site.functionName === null
      ? {}
      : { logicalLocations: [{ name: shortName(site.functionName), kind: "function" as const }] }),
  };
}

/** A path relative to the source root, or of an absolute one its file URI. */
function artifactLocation(file: string): { uri: string; uriBaseId?: string } {
  const path = file.replaceAll("\\", "/");
  if (/^file:\/\//i.test(path) && URL.canParse(path))
    return { uri: new URL(path).href.replace(UNENCODED, encodeURIComponent) };
  if (path.startsWith("/")) return { uri: `file://${encodedPath(path)}` };
  // The colon of a drive stays as it is: encoded, it would be part of a name.
  const [, drive, rest] = /^([A-Za-z]:)(\/.*)$/.exec(path) ?? [];
  if (drive !== undefined && rest !== undefined) return { uri: `file:///${drive}${encodedPath(rest)}` };
  return { uri: encodedPath(path.replace(/^(?:\.\/+)+/, "")), uriBaseId: SOURCE_ROOT };
}

function encodedPath(path: string): string {
  return wellFormed(path).split("/").map(encodeURIComponent).join("/");
}

/** An unpaired surrogate has no encoding: U+FFFD stands in for it. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

/** Lines and columns count from 1; what does not is not known. */
function regionOf({ line, column }: CallSite): { startLine: number; startColumn?: number } | null {
  if (!isPosition(line)) return null;
  return { startLine: line, ...(column !== null && isPosition(column) ? { startColumn: column } : {}) };
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function shortName(text: string): string {
  return truncateLength(printable(text), MOST_NAME);
}
