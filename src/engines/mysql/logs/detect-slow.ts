/** What wrote a slow query log, and the share of the sample's lines that belong to its events; 0 to 1. */
export interface DetectedSlowLog {
  readonly engine: "mysql" | "mariadb";
  readonly share: number;
}

/** A header: one of its first lines, and `# Query_time:` close below. */
const HEADER = /^# (?:Time: |User@Host: )[^\n]*\n(?:# [^\n]*\n){0,2}# Query_time: *\d|^# Query_time: *\d/m;
/** What the server writes when it opens the log. */
const BANNER = /^[^#\n][^\n]*, Version: (?<version>[^\n]*) started with:\r?\n(?:Tcp port|TCP Port): /m;
const BANNERS = new RegExp(`(?:${BANNER.source}[^\\n]*\\n(?:Time [^\\n]*\\n?)?)+`, "my");
/** MariaDB's line with thread and schema; its plans; lines that it has and MySQL and Percona Server have not. */
const MARIADB = /^# Thread_id: \d+ +Schema: [^\n]* QC_hit: |^# explain: |^# Filesort: [^\n]* Priority_queue: /m;
const PERCONA = /^# (?:Thread_id: \d+ +)?Schema: [^\n]* Last_errno: /m;

/** Tells a slow query log of MySQL, Percona Server or MariaDB by its events; null for another text. */
export function detectSlow(sampleText: string): DetectedSlowLog | null {
  const header = HEADER.exec(sampleText);
  const banner = BANNER.exec(sampleText);
  if (header === null) return banner === null ? null : emptyLog(sampleText, banner);
  // The general log has the same banner; before the first header a log that was cut may hold the end of a statement.
  const start = banner !== null && banner.index < header.index ? banner.index : header.index;
  const share = 1 - lineCount(sampleText.slice(0, start)) / Math.max(1, lineCount(sampleText));
  return { engine: engineOf(sampleText, banner), share };
}

/** A log that was opened and has no statement yet. */
function emptyLog(text: string, banner: RegExpExecArray): DetectedSlowLog | null {
  BANNERS.lastIndex = 0;
  const [banners = ""] = BANNERS.exec(text) ?? [];
  return banners.length === text.trimEnd().length || banners.length === text.length
    ? { engine: engineOf(text, banner), share: 1 }
    : null;
}

function engineOf(text: string, banner: RegExpExecArray | null): "mysql" | "mariadb" {
  if (/mariadb/i.test(banner?.groups?.["version"] ?? "")) return "mariadb";
  return MARIADB.test(text) && !PERCONA.test(text) ? "mariadb" : "mysql";
}

function lineCount(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return text === "" || text.endsWith("\n") ? lines : lines + 1;
}
