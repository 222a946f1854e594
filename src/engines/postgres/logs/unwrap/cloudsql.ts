import { type InnerLines, JsonLines, objectOf } from "./json-lines.ts";
import { shareOf } from "./sample-share.ts";
import type { Unwrap } from "./unwrap.ts";

/**
 * Google Cloud SQL's logs as Cloud Logging exports them: one JSON object a line with the server's text in `textPayload`.
 * An export that is one JSON array (`gcloud logging read --format=json`) is not supported: its lines are no objects.
 */
export const cloudsql: Unwrap = {
  id: "cloudsql",
  innerFormat: "postgres-stderr",
  stampPrefix: null,
  detect: (sample) =>
    shareOf(sample, (line) => {
      const inner = innerLines(line);
      return typeof inner === "string" ? inner : "line";
    }),
  create: () => new JsonLines(innerLines),
};

function innerLines(line: string): InnerLines {
  const entry = objectOf(line);
  if (entry === null || (entry["timestamp"] === undefined && entry["insertId"] === undefined)) return "unreadable";
  const { textPayload, logName } = entry;
  if (typeof textPayload !== "string") return "foreign";
  if (typeof logName === "string" && !/postgres/.test(logName)) return "foreign";
  const [first = "", ...others] = textPayload.replace(/[\r\n]+$/, "").split("\n");
  return [first, ...others.map((other) => (other.startsWith("\t") ? other : `\t${other}`))];
}
