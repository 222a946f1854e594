import type { LoggedStatement } from "../../model/log.ts";
import type { Fingerprint } from "../../model/primitives.ts";
import type { StatementKind } from "../../model/statement.ts";
import { fingerprintMysql, fingerprintSql } from "../../sql/fingerprint.ts";
import { statementKind } from "../../sql/statement-kind.ts";
import type { NormalizedText } from "../digest/events.ts";
import { parseableText, readableText } from "../digest/texts.ts";

const FIRST_WORD = /^[\s(]*([a-z]+)/i;
const KINDS: Readonly<Record<string, StatementKind>> = {
  select: "select",
  with: "select",
  table: "select",
  values: "select",
  insert: "insert",
  replace: "insert",
  update: "update",
  delete: "delete",
  merge: "merge",
};

/** Names statements: the parser is asked once for each text. */
export class StatementNames {
  readonly #isMysql: boolean;
  readonly #known = new Map<NormalizedText, LoggedStatement>();

  constructor(isMysql: boolean) {
    this.#isMysql = isMysql;
  }

  of(text: NormalizedText): LoggedStatement {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const query = readableText(text);
    const named = { fingerprint: this.#isMysql ? fingerprintMysql(query) : fingerprintSql(parseableText(text)), query };
    this.#known.set(text, named);
    return named;
  }

  kindOf(text: NormalizedText): StatementKind {
    const word = FIRST_WORD.exec(text)?.[1]?.toLowerCase() ?? "";
    // Behind `with` may stand anything, and several statements are of no one kind: the parser knows.
    if (!this.#isMysql && (word === "with" || text.includes(";"))) return statementKind(parseableText(text));
    return KINDS[word] ?? "utility";
  }
}

/** Names a class whose whole text is not known any more: by the key of its tokens. */
export function keyFingerprint(low: number, high: number): Fingerprint {
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
