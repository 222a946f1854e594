import type { FindingKey } from "../model/finding.ts";
import type { DetectedDraft } from "./run-rules.ts";

/** A draft with its key, before it becomes a finding. */
export interface KeyedDraft extends DetectedDraft {
  readonly key: FindingKey;
}

/**
 * One finding a cause: says which finding each other one is part of. A finding belongs to another when that one's rule
 * `explains` its rule and both name the same object (`topics`). Where several explain it, the one that saves most wins.
 */
export function groupCauses(drafts: readonly KeyedDraft[]): ReadonlyMap<FindingKey, FindingKey> {
  const direct = new Map<FindingKey, FindingKey>();
  for (const effect of drafts) {
    const [cause] = drafts.filter((candidate) => explains(candidate, effect)).toSorted(bySaving);
    if (cause !== undefined) direct.set(effect.key, cause.key);
  }
  const roots = [...direct.keys()].map((key) => [key, rootCause(key, direct)] as const);
  return new Map(roots.filter(([key, root]) => key !== root));
}

function explains(cause: KeyedDraft, effect: KeyedDraft): boolean {
  if (cause === effect || cause.rule.meta.explains?.includes(effect.rule.meta.id) !== true) return false;
  return cause.draft.topics.some((topic) => effect.draft.topics.includes(topic));
}

function bySaving(a: KeyedDraft, b: KeyedDraft): number {
  return (b.draft.savesMsPerHour ?? 0) - (a.draft.savesMsPerHour ?? 0) || (a.key < b.key ? -1 : 1);
}

/** Follows a chain to its end. Of rules that explain each other in a circle, the first by key is the root. */
function rootCause(key: FindingKey, direct: ReadonlyMap<FindingKey, FindingKey>): FindingKey {
  const path: FindingKey[] = [];
  for (let at: FindingKey | undefined = key; at !== undefined; at = direct.get(at)) {
    const start = path.indexOf(at);
    if (start !== -1) return path.slice(start).toSorted()[0] ?? key;
    path.push(at);
  }
  return path.at(-1) ?? key;
}
