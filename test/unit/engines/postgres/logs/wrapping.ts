/** Ways to wrap a recorded log as collectors do, so that what comes out can be compared with what went in. */

interface Message {
  /** Lines of the server, continuation lines with their tab. */
  readonly lines: readonly string[];
  readonly pid: string;
}

/** PostgreSQL sends a message with its DETAIL, STATEMENT and so on at once. */
function messagesOf(stderr: string): readonly Message[] {
  const messages: { lines: string[]; pid: string }[] = [];
  for (const line of stderr.split("\n")) {
    if (line === "") continue;
    const last = messages.at(-1);
    const belongs = line.startsWith("\t") || /^.{0,200}?(?:DETAIL|CONTEXT|STATEMENT|HINT): {2}/.test(line);
    if (last !== undefined && belongs) last.lines.push(line);
    else messages.push({ lines: [line], pid: /\[(\d+)\]/.exec(line)?.[1] ?? "1" });
  }
  return messages;
}

/** A line as PostgreSQL cuts it for syslog: before white space within 900 bytes. */
export function cutForSyslog(line: string): readonly string[] {
  const pieces: string[] = [];
  let rest = Buffer.from(line, "utf8").toString("latin1");
  while (rest.length > 900) {
    let end = 900;
    while ((rest.charCodeAt(end) & 0xc0) === 0x80 && end > 0) end -= 1;
    if (!/\s/.test(rest[end] ?? "")) {
      const space = rest.slice(1, end).search(/\s\S*$/);
      if (space !== -1) end = space + 1;
    }
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest].map((piece) => Buffer.from(piece, "latin1").toString("utf8"));
}

export interface SyslogOptions {
  readonly header?: (pid: string) => string;
  /** How many processes' messages run together. */
  readonly interleaved?: number;
  /** Lines of other programs. */
  readonly foreign?: readonly string[];
}

const HEADER = (pid: string): string => `Nov 24 14:18:53 db1 postgres[${pid}]: `;

export function asSyslog(
  stderr: string,
  { header = HEADER, interleaved = 1, foreign = [] }: SyslogOptions = {},
): string {
  const numbers = new Map<string, number>();
  const wrapped = messagesOf(stderr).map(({ lines, pid }) => {
    const number = (numbers.get(pid) ?? 0) + 1;
    numbers.set(pid, number);
    const pieces = lines.flatMap((line) => cutForSyslog(line));
    return {
      pid,
      lines: pieces.map((piece, at) => `${header(pid)}[${number}-${at + 1}] ${piece.replaceAll("\t", "#011")}`),
    };
  });
  const out = interleave(wrapped, interleaved);
  return `${out.flatMap((line, at) => (at % 5 === 2 && foreign.length > 0 ? [foreign[at % foreign.length], line] : [line])).join("\n")}\n`;
}

/** Takes a line of each of the next messages in turn, as long as they are of different processes. */
function interleave(messages: readonly { pid: string; lines: readonly string[] }[], width: number): readonly string[] {
  const out: string[] = [];
  let at = 0;
  while (at < messages.length) {
    const group: (readonly string[])[] = [];
    const pids = new Set<string>();
    for (
      let next = messages[at];
      next !== undefined && group.length < width && !pids.has(next.pid);
      next = messages[at]
    ) {
      group.push(next.lines);
      pids.add(next.pid);
      at += 1;
    }
    const longest = Math.max(...group.map((lines) => lines.length));
    for (let line = 0; line < longest; line += 1) {
      for (const lines of group) {
        const text = lines[line];
        if (text !== undefined) out.push(text);
      }
    }
  }
  return out;
}

export function asHeroku(stderr: string): string {
  return asSyslog(stderr, { header: (pid) => `2026-11-24T14:18:53+00:00 app[postgres.${pid}]: [DATABASE] ` });
}

/** Cloud SQL has an entry for each line that begins with the prefix. */
export function asCloudSql(stderr: string): string {
  const entries = stderr.trimEnd().split(/\n(?!\t)/);
  return `${entries
    .map((textPayload, at) =>
      JSON.stringify({
        insertId: `s=${at}`,
        logName: "projects/shop/logs/cloudsql.googleapis.com%2Fpostgres.log",
        resource: { type: "cloudsql_database" },
        severity: "INFO",
        textPayload,
        timestamp: "2026-11-24T14:18:53.000Z",
      }),
    )
    .join("\n")}\n`;
}

const COLUMNS =
  "log_time user_name database_name process_id connection_from session_id session_line_num command_tag session_start_time virtual_transaction_id transaction_id error_severity sql_state_code message detail hint internal_query internal_query_pos context query query_pos location application_name backend_type leader_pid query_id".split(
    " ",
  );

/** CloudNativePG writes the columns of csvlog, the empty ones left out. */
export function asCnpg(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => {
      const record = Object.fromEntries(
        COLUMNS.map((name, at) => [name, row[at] ?? ""]).filter(([, value]) => value !== ""),
      );
      const outer = {
        level: "info",
        ts: "2026-11-24T14:18:53Z",
        logger: "postgres",
        msg: "record",
        logging_pod: "shop-1",
      };
      return `${JSON.stringify({ ...outer, record })}\n`;
    })
    .join("");
}
