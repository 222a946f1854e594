import type { NormalizedText } from "../../../logs/digest/events.ts";
import type { LogDialect, LogFormat, LogReader, ReaderContext } from "../../../logs/format.ts";
import type { Deadlock } from "../../../model/log.ts";
import { innodbDeadlocks, looksLikeInnodbStatus } from "./innodb-deadlock.ts";

/** Larger texts are no status, and no error log that is worth reading whole for its deadlocks. */
const MOST_BYTES = 256 * 1024 * 1024;
const NEWLINE = 10;

/** Deadlocks in the output of SHOW ENGINE INNODB STATUS, or in an error log under innodb_print_all_deadlocks. */
export const innodbStatus: LogFormat = {
  id: "innodb-status",
  detect: ({ text }) => {
    if (!looksLikeInnodbStatus(text)) return null;
    const engine = /mariadb/i.test(text) ? "mariadb" : "mysql";
    const dialect: LogDialect = { format: "innodb-status", engine, wrap: null, prefix: null, toleranceMs: 1001 };
    return { dialect, share: 1 };
  },
  open: (_, context) => new InnodbStatusReader(context),
};

class InnodbStatusReader implements LogReader {
  readonly isStopped = false;
  readonly closing = "\n";
  readonly #context: ReaderContext;
  readonly #lines: { number: number; text: string }[] = [];
  #bytes = 0;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  read(from: number, to: number, _stop: number, isEnd: boolean): number {
    const { kernel, counts } = this.#context;
    let at = from;
    while (at < to) {
      const newline = kernel.bytes.indexOf(NEWLINE, at);
      const isCut = newline === -1 || newline >= to;
      if (isCut && !isEnd) break;
      const end = isCut ? to : newline;
      const next = isCut ? to : newline + 1;
      this.#bytes += next - at;
      if (this.#bytes > MOST_BYTES) counts.unparsed(next - at, 1, "only the first 256 MB of such a text are read");
      else {
        this.#lines.push({ number: this.#lines.length + 1, text: kernel.text(at, end) });
        counts.event(next - at, 1);
      }
      at = next;
    }
    return at;
  }

  /** Such a text is read in one piece. */
  findStart(): number {
    return -1;
  }

  finish(): void {
    const { digest, kernel } = this.#context;
    const texts = new Map<string, NormalizedText>();
    // The parser names statements for the model; the digest wants them unnamed.
    const nameStatement = (sql: string) => {
      texts.set(sql, digest.normalizedText(sql, kernel));
      return { fingerprint: "", query: sql };
    };
    for (const { deadlock, isRepeat } of innodbDeadlocks(this.#lines, { offsetMinutes: null, nameStatement })) {
      if (!isRepeat) this.#hand(deadlock, (sql) => texts.get(sql) ?? null);
    }
  }

  #hand({ at, database, context, members }: Deadlock, textOf: (sql: string) => NormalizedText | null): void {
    const { digest } = this.#context;
    const timeMs = at === null ? null : Date.parse(at);
    if (timeMs !== null && !digest.at(timeMs)) return;
    digest.event({
      kind: "deadlock",
      timeMs,
      database,
      context,
      members: members.map(({ earlierStatement: _, statement, ...member }) => ({
        ...member,
        statement: statement === null ? null : textOf(statement.query),
      })),
    });
  }
}
