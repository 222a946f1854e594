import type { LockObject, LoggedStatement } from "../model/log.ts";
import { printable, truncate } from "../util/text.ts";

/** `ShareLock on transaction`, `AccessExclusiveLock on relation 16385`, `X on record of shop.orders, index PRIMARY`. */
export function lockLabel(mode: string, { kind, relation, index }: LockObject): string {
  const name = relation === null ? null : relation.replaceAll(/[`"]/g, "");
  const object = name === null ? kind : kind === "relation" ? `${kind} ${name}` : `${kind} of ${relationWord(name)}`;
  return `${mode} on ${object}${index === null ? "" : `, index ${index.replaceAll(/[`"]/g, "")}`}`;
}

/** A statement on one line, cut to so many columns; `a statement that the log does not have` for null. */
export function statementLabel(statement: LoggedStatement | null, width = 80): string {
  return statement === null ? "a statement that the log does not have" : truncate(printable(statement.query), width);
}

function relationWord(name: string): string {
  return /^\d+$/.test(name) ? `relation ${name}` : name;
}
