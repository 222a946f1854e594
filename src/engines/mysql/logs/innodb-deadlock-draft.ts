import { type InnodbLock, readInnodbLock } from "./innodb-lock.ts";

/** One transaction of a deadlock, as far as it was read. */
export interface DraftMember {
  id: string | null;
  pid: number | null;
  /** Null before the line that names the session. */
  statement: string | null;
  readonly waits: InnodbLock[];
  readonly holds: InnodbLock[];
  /** MariaDB 10.6+: the locks that the wait meets, those of the waiting transaction among them. */
  readonly conflicts: InnodbLock[];
}

/** A deadlock that is being read line by line. */
export interface DeadlockDraft {
  time: string | null;
  readonly members: DraftMember[];
  section: "none" | "transaction" | "waits" | "holds" | "conflicts";
  /** Number of the transaction that was rolled back, from 1 on; 0: the server does not know; null: not read. */
  victim: number | null;
  /** The server gave up the search for a circle, and rolls back the one that it shows. */
  isTooDeep: boolean;
}

const MARKER =
  /^\*\*\* (?:\((\d+)\) )?(TRANSACTION|WAITING FOR THIS LOCK TO BE GRANTED|HOLDS THE LOCK\(S\)|CONFLICTING WITH):\s*$/;
const END = /^\*\*\* WE ROLL BACK TRANSACTION \((\d+)\)/;
const LOCK_LINE = /^(?:RECORD LOCKS|TABLE LOCK|Record lock,| \d+: )/;
const SECTIONS: Readonly<Record<string, DeadlockDraft["section"]>> = {
  "WAITING FOR THIS LOCK TO BE GRANTED": "waits",
  "HOLDS THE LOCK(S)": "holds",
  "CONFLICTING WITH": "conflicts",
};
/** InnoDB itself cuts statements much shorter. */
const LONGEST_STATEMENT = 65_536;
const MOST_LOCKS = 1000;

export function newDraft(): DeadlockDraft {
  return { time: null, members: [], section: "none", victim: null, isTooDeep: false };
}

/** True for a line that belongs to a deadlock's structure. */
export function isDeadlockMarker(body: string): boolean {
  return MARKER.test(body) || END.test(body);
}

/** True for the first line of a deadlock's first transaction. */
export function isFirstTransaction(body: string): boolean {
  const [, number = "1", title] = MARKER.exec(body) ?? [];
  return title === "TRANSACTION" && number === "1";
}

/**
 * Adds a line without its prefix; false where it is no part of a deadlock. Record dumps are read for the record's
 * number and thrown away.
 */
export function readDeadlockLine(draft: DeadlockDraft, body: string): boolean {
  const [, victim] = END.exec(body) ?? [];
  const [, number, title] = MARKER.exec(body) ?? [];
  if (victim !== undefined) draft.victim = Number(victim);
  else if (title !== undefined) readMarker(draft, number, title);
  else if (draft.section === "transaction") readTransactionLine(draft, body);
  else readLockLine(draft, body);
  return victim !== undefined || title !== undefined || draft.section === "transaction" || LOCK_LINE.test(body);
}

function readMarker(draft: DeadlockDraft, number: string | undefined, title: string): void {
  if (title === "TRANSACTION") {
    draft.members.push({ id: null, pid: null, statement: null, waits: [], holds: [], conflicts: [] });
    draft.section = "transaction";
    return;
  }
  // A section of another transaction than the last one: what would name it was lost.
  const isLast = number === undefined || Number(number) === draft.members.length;
  draft.section = isLast ? (SECTIONS[title] ?? "none") : "none";
}

function readTransactionLine({ members }: DeadlockDraft, body: string): void {
  const member = members.at(-1);
  if (member === undefined) return;
  if (member.statement !== null) {
    if (member.statement.length < LONGEST_STATEMENT) member.statement += `${body}\n`;
    return;
  }
  const [, id] = /^TRANSACTION ([^,]+),/.exec(body) ?? [];
  if (id !== undefined && member.id === null) member.id = id;
  const [, pid] = /^(?:MySQL|MariaDB) thread id ([^,\s]+)/.exec(body) ?? [];
  if (pid === undefined) return;
  member.pid = /^\d+$/.test(pid) ? Number(pid) : null;
  member.statement = "";
}

function readLockLine({ members, section }: DeadlockDraft, body: string): void {
  const member = members.at(-1);
  if (member === undefined || section === "none" || section === "transaction") return;
  const locks = member[section];
  const lock = readInnodbLock(body);
  if (lock !== null && locks.length < MOST_LOCKS) locks.push(lock);
  const [, record] = /^Record lock, heap no (\d+)/.exec(body) ?? [];
  const last = locks.at(-1);
  if (record !== undefined && last !== undefined)
    locks[locks.length - 1] = { ...last, records: [...last.records, record] };
}
