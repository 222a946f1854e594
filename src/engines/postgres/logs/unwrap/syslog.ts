import { MessageAssembler, type MessagePiece } from "./message-assembler.ts";
import { shareOf } from "./sample-share.ts";
import { syslogTime } from "./syslog-time.ts";
import type { Unwrap, UnwrapOptions } from "./unwrap.ts";

/**
 * `Nov 24 13:00:00 host postgres[123]: [5-1] …` as syslogd writes it, with a time stamp of RFC 3339 as rsyslog does, or
 * all of RFC 5424 (`<134>1 2026-11-24T13:00:00Z host postgres 123 - - [5-1] …`). A tab is written `#011`.
 */
export const syslog: Unwrap = {
  id: "syslog",
  innerFormat: "postgres-stderr",
  stampPrefix: "%m [%p] ",
  detect: (sample) => shareOf(sample, (line) => kindOf(pieceReader({ isStamped: false, nowMs: 0 })(line))),
  create: (options) => new MessageAssembler(pieceReader(options)),
};

const TIME = String.raw`([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)`;
const LINE = new RegExp(String.raw`^(?:<\d{1,3}>)?${TIME} (\S+) ([^\s:[\]]+)(?:\[(\d+)\])?: ?(.*)$`, "s");
const IS_5424 = /^(?:<\d{1,3}>)?1 /;
const LINE_5424 = new RegExp(
  String.raw`^(?:<\d{1,3}>)?1 ${TIME} (\S+) (\S+) (\d+|-) \S+ (?:-|(?:\[[^\]]*\])+) ?(?:\xef\xbb\xbf|\ufeff)?(.*)$`,
  "s",
);
/** Lines without a number, as `logger` and systemd write them, are a server's only by the program's name. */
const SERVER = /^(?:postgres|postgresql|pgsql)(?:[-@.].*)?$/i;

function pieceReader({ isStamped, nowMs }: UnwrapOptions): (text: string) => MessagePiece | "foreign" | "unreadable" {
  const now = nowMs ?? Date.now();
  return (text) => {
    const [, time = "", host = "", program = "", pid = "", content = ""] =
      (IS_5424.test(text) ? LINE_5424 : LINE).exec(text) ?? [];
    if (time === "") return "unreadable";
    const [, message, piece, rest] = /^\[(\d+)-(\d+)\] (.*)$/s.exec(content) ?? [];
    const numbered = {
      message: message ?? null,
      piece: piece === undefined ? null : Number(piece),
      text: rest ?? content,
    };
    if (message === undefined) {
      if (!SERVER.test(program)) return "foreign";
      // syslog_sequence_numbers or syslog_split_messages is off: one number, of the piece or of the message.
      const [, single, all] = /^\[(\d+)\] (.*)$/s.exec(content) ?? [];
      if (single !== undefined && all !== undefined) Object.assign(numbered, { piece: Number(single), text: all });
    }
    const stamp = isStamped ? `${syslogTime(time, now)} [${/\d/.test(pid) ? pid : "0"}] ` : "";
    return { ...numbered, text: unescaped(numbered.text), process: `${host} ${program} ${pid}`, stamp };
  };
}

/** rsyslog writes control characters as `#` with three octal digits. */
function unescaped(text: string): string {
  return text.replace(/#01([125])/g, (_, digit: string) => (digit === "1" ? "\t" : digit === "2" ? "\n" : "\r"));
}

function kindOf(piece: MessagePiece | "foreign" | "unreadable"): "line" | "foreign" | "unreadable" {
  return typeof piece === "string" ? piece : "line";
}
