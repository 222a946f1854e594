import { type StatementShape, statementShape } from "../../loops/statement-shape.ts";
import type { NormalizedText } from "../digest/events.ts";
import { readableText } from "../digest/texts.ts";

/** What of a class is known without reading it whole. */
export const ROLE = { begin: 1, end: 2, other: 3 } as const;

/** The texts of statement classes by their number. */
export interface ClassTexts {
  text(statement: number): NormalizedText;
  isShortened(statement: number): boolean;
}

const TRANSACTION = /^(?:(begin|start transaction)|(commit|rollback(?! to)|end))(?![a-z_])/;
/** A value that a range, a pattern or a page is made of: no key. */
const RANGE = /(?:[<>]=?|<>|!=|\b(?:like|ilike|between|offset)) \(?\?/;
/** What a driver asks the catalogue when it connects comes before anything. */
const CATALOGUE = /\b(?:pg_(?!stat_)[a-z_]+|information_schema)\b/;
const UNKNOWN: StatementShape = {
  kind: "other",
  isSingle: false,
  isLocking: false,
  joins: 0,
  key: "",
  values: "",
};

/** How the statements of a log look, by the number of their class; read when it is asked for. */
export class ClassShapes {
  readonly #texts: ClassTexts;
  readonly #dialect: "postgres" | "mysql";
  readonly #roles: number[] = [];
  readonly #shapes: (StatementShape | undefined)[] = [];
  readonly #keyed: (boolean | undefined)[] = [];

  constructor(texts: ClassTexts, isMysql: boolean) {
    this.#texts = texts;
    this.#dialect = isMysql ? "mysql" : "postgres";
  }

  /** Whether its rows may be what a program loops over. */
  isSource(statement: number): boolean {
    return this.shape(statement).kind === "read" && !CATALOGUE.test(this.#texts.text(statement));
  }

  role(statement: number): number {
    const known = this.#roles[statement];
    if (known !== undefined) return known;
    const found = TRANSACTION.exec(this.#texts.text(statement).slice(0, 40));
    const role = found === null ? ROLE.other : found[1] === undefined ? ROLE.end : ROLE.begin;
    this.#roles[statement] = role;
    return role;
  }

  /** A text that was shortened is of no known shape. */
  shape(statement: number): StatementShape {
    const known = this.#shapes[statement];
    if (known !== undefined) return known;
    const isWhole = !this.#texts.isShortened(statement);
    const text = readableText(this.#texts.text(statement));
    const shape = isWhole ? { ...statementShape(text, this.#dialect), key: "", values: "" } : UNKNOWN;
    this.#shapes[statement] = shape;
    return shape;
  }

  /** Whether one key picks its rows, and nothing but that: no range, no page. */
  isKeyed(statement: number): boolean {
    const known = this.#keyed[statement];
    if (known !== undefined) return known;
    const { isSingle, isLocking } = this.shape(statement);
    const isKeyed = isSingle && !isLocking && !RANGE.test(readableText(this.#texts.text(statement)));
    this.#keyed[statement] = isKeyed;
    return isKeyed;
  }
}
