import { MessageAssembler, type MessagePiece } from "./message-assembler.ts";
import { shareOf } from "./sample-share.ts";
import type { Unwrap, UnwrapOptions } from "./unwrap.ts";

/**
 * `2026-11-24T13:00:00+00:00 app[postgres.123]: [DATABASE] [5-1]  sql_error_code = 00000 LOG:  …`, also as a log drain
 * gets it (`290 <134>1 2026-11-24T13:00:00+00:00 host app postgres.123 - [DATABASE] [5-1] …`).
 */
export const heroku: Unwrap = {
  id: "heroku",
  innerFormat: "postgres-stderr",
  stampPrefix: "%m [%p] ",
  detect: (sample) =>
    shareOf(sample, (line) => {
      const piece = readPiece(line, { isStamped: false });
      return typeof piece === "string" ? piece : "line";
    }),
  create: (options) => new MessageAssembler((text) => readPiece(text, options)),
};

const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))`;
const LINE = new RegExp(
  String.raw`^(?:\d+ )?(?:<\d+>1 )?${TIME} (?:\S+ )?(?:[\w-]+\[([\w.-]+)\]:|(?:app|heroku) ([\w.-]+) -(?: -)?) (.*)$`,
  "s",
);
const CONTENT = /^\[([A-Z0-9_]+)\] \[(\d+)-(\d+)\] (.*)$/s;

function readPiece(text: string, { isStamped }: UnwrapOptions): MessagePiece | "foreign" | "unreadable" {
  const [, time = "", tail, drained, content = ""] = LINE.exec(text) ?? [];
  if (time === "") return "unreadable";
  const dyno = tail ?? drained ?? "";
  const [, database = "", message, piece, rest] = CONTENT.exec(content) ?? [];
  if (message === undefined || rest === undefined || !dyno.startsWith("postgres")) return "foreign";
  const pid = /\.(\d+)$/.exec(dyno)?.[1] ?? "0";
  const stamp = isStamped ? `${time} [${pid}] ` : "";
  const whole = rest.replaceAll("#011", "\t");
  return { process: `${database} ${dyno}`, message, piece: Number(piece), text: whole, stamp };
}
