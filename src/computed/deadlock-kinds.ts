import type { Deadlock, LoggedStatement } from "../model/log.ts";
import { type DeadlockCycle, readDeadlock } from "./deadlock-cycle.ts";
import { type DeadlockRemedy, deadlockRemedy } from "./deadlock-remedy.ts";

/** Deadlocks among the same statements; where a statement is not known, over the same relations. */
export interface DeadlockKind {
  /** Of all members, each once, sorted by fingerprint; those that are known. */
  readonly statements: readonly LoggedStatement[];
  /** In order of time; those without a time come first. */
  readonly occurrences: readonly Deadlock[];
  /** The last one of those that show the remedy. */
  readonly example: DeadlockCycle & { readonly deadlock: Deadlock };
  /** The one that most of them show. */
  readonly remedy: DeadlockRemedy;
}

interface ReadDeadlock extends DeadlockCycle {
  readonly deadlock: Deadlock;
  readonly remedy: DeadlockRemedy;
  /** Two occurrences with the same text have the same remedy. */
  readonly remedyKey: string;
}

const memo = new WeakMap<readonly Deadlock[], readonly DeadlockKind[]>();

/** Deadlocks by kind, in an order that does not depend on how often they occurred. */
export function deadlockKinds(deadlocks: readonly Deadlock[]): readonly DeadlockKind[] {
  const known = memo.get(deadlocks);
  if (known !== undefined) return known;
  const groups = new Map<string, ReadDeadlock[]>();
  for (const deadlock of deadlocks.toSorted((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : 1))) {
    const cycle = readDeadlock(deadlock);
    const remedy = deadlockRemedy(cycle);
    const key = kindKey(cycle);
    const group = groups.get(key) ?? [];
    group.push({ ...cycle, deadlock, remedy, remedyKey: remedyKey(remedy) });
    groups.set(key, group);
  }
  const kinds = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => kindOf(group));
  memo.set(deadlocks, kinds);
  return kinds;
}

function kindKey({ members }: DeadlockCycle): string {
  const fingerprints = members.flatMap(({ member }) => member.statement?.fingerprint ?? []);
  const key = [...new Set(fingerprints)].toSorted();
  if (fingerprints.length === members.length) return key.join(" ");
  const relations = members.flatMap(({ wanted }) => wanted ?? []);
  // Sorts behind fingerprints, so that a kind with a statement missing does not take the key of a complete one.
  return ["~", ...key, ...[...new Set(relations)].toSorted()].join(" ");
}

function kindOf(group: readonly ReadDeadlock[]): DeadlockKind[] {
  const remedies = group.filter(({ remedy }) => remedy.kind !== "unknown");
  const counts = new Map<string, number>();
  for (const { remedyKey } of remedies) counts.set(remedyKey, (counts.get(remedyKey) ?? 0) + 1);
  const [best = null] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0] ?? [];
  const example = (best === null ? group : remedies.filter(({ remedyKey }) => remedyKey === best)).at(-1);
  if (example === undefined) return [];
  return [
    {
      statements: statementsOf(group),
      occurrences: group.map(({ deadlock }) => deadlock),
      example: { members: example.members, steps: example.steps, deadlock: example.deadlock },
      remedy: example.remedy,
    },
  ];
}

function statementsOf(group: readonly ReadDeadlock[]): readonly LoggedStatement[] {
  const byFingerprint = new Map<string, LoggedStatement>();
  for (const { members } of group) {
    for (const { statement } of members.map(({ member }) => member)) {
      if (statement !== null) byFingerprint.set(statement.fingerprint, statement);
    }
  }
  return [...byFingerprint.values()].toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

/** Blind to process ids. */
function remedyKey(remedy: DeadlockRemedy): string {
  if (remedy.kind !== "relation-order") return JSON.stringify(remedy);
  const turn = remedy.turn.map(({ holder }) => holder.member.statement?.fingerprint ?? "").toSorted();
  return JSON.stringify([remedy.kind, remedy.order, remedy.rowsOf, turn]);
}
