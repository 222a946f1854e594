import type { LogSample } from "../format.ts";
import { lineHead } from "./line-head.ts";
import { refusalIn, refusalStems } from "./refusal-texts.ts";

/** Just enough to be read where no format of a database fits as well. */
const SHARE = 0.5;
/** Of the lines that go on with none before them, so many begin with a time. */
const LEAST_TIMED_SHARE = 0.5;
const STEMS = new RegExp(refusalStems);
/** What only a server writes: levels that no client is sent, csvlog, jsonlog, MySQL's slow and error log. */
const OF_A_SERVER =
  /\b(?:LOG|STATEMENT): {2}\S|,(?:LOG|FATAL|ERROR),[0-9A-Z]{5},|"error_severity":|^# Query_time: |^# User@Host: |\[MY-\d{6}\]|\[(?:Note|System)\] /m;

/**
 * Share of a sample as the log of an application: that of a text with times which tells of a refused connection and is
 * no server's own log; null for every other text, also where the user says how the server's lines begin.
 */
export function applicationShare({ text, prefixes }: LogSample): number | null {
  if (prefixes.some(({ origin }) => origin === "given")) return null;
  if (!STEMS.test(text) || OF_A_SERVER.test(text)) return null;
  const lines = text.split("\n");
  if (!lines.some((line) => refusalIn(line) !== null)) return null;
  const heads = lines.map((line) => lineHead(line)).filter(({ role }) => role === "entry" || role === "line");
  const timed = heads.filter(({ timeMs }) => !Number.isNaN(timeMs));
  return timed.length > 0 && timed.length >= heads.length * LEAST_TIMED_SHARE ? SHARE : null;
}
