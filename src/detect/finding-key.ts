import { createHash } from "node:crypto";
import type { FindingKey, Subject } from "../model/finding.ts";
import type { RelationName } from "../model/primitives.ts";
import { assertNever } from "../util/assert-never.ts";

/** The key of a finding: the same for the same objects on every host, whatever the counts say. */
export function findingKey(ruleId: string, subject: Subject, ordinal = 0): FindingKey {
  return `${ruleId}:${shortHash([ruleId, ...identity(subject), ...(ordinal === 0 ? [] : [String(ordinal)])])}`;
}

/** 12 hex digits over parts that may hold any character. */
export function shortHash(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}

function identity(subject: Subject): string[] {
  switch (subject.kind) {
    case "statement":
      return ["statement", subject.fingerprint];
    case "table":
      return ["table", ...relation(subject.table)];
    case "columns":
      return ["columns", ...relation(subject.table), ...subject.columns];
    case "index":
      return ["index", ...relation(subject.index)];
    case "session":
      return ["session", subject.application ?? "", subject.user ?? ""];
    case "statements":
      return ["statements", ...subject.statements.map(({ fingerprint }) => fingerprint).toSorted()];
    case "error":
      return ["error", subject.code ?? "", subject.message];
    case "loop":
      return ["loop", subject.route ?? subject.application ?? "", subject.source ?? "", subject.fingerprint];
    case "setting":
      return ["setting", subject.name];
    case "database":
    case "server":
      return [subject.kind];
    default:
      return assertNever(subject);
  }
}

function relation({ schema, name }: RelationName): string[] {
  return [schema, name];
}
