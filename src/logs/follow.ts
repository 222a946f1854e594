import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FollowedFile, identityOf } from "./followed-file.ts";
import { errorCode, inputError } from "./input-error.ts";
import type { LogPosition } from "./log-position.ts";
import { FilesMoved, filesAfter, openCopy, openListed, openPositioned, rotationFiles } from "./rotated-files.ts";

/** What happens to a followed log. Each position is where reading goes on after the event. */
export type FollowEvent =
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly position: LogPosition }
  /** The file before was read to its end; what follows is the beginning of the next one. */
  | { readonly kind: "rotated"; readonly position: LogPosition }
  /**
   * The file was emptied or written anew; what follows is its new beginning. `restWasRead`: the copy that was made of
   * it was found and read to its end; otherwise what was written since the last read may be missing.
   */
  | { readonly kind: "truncated"; readonly restWasRead: boolean; readonly position: LogPosition }
  /** Something between what was read before and what follows cannot be read; how much is not known. */
  | { readonly kind: "lost"; readonly because: string; readonly position: LogPosition }
  /** Nothing new in this poll. Null: there is no file yet. */
  | { readonly kind: "idle"; readonly position: LogPosition | null };

export interface FollowOptions {
  /** Where an earlier run stopped; null: none did. */
  readonly position: LogPosition | null;
  readonly pollMs: number;
  /** Ends the iteration, without an error. */
  readonly signal: AbortSignal;
  /** Without a position, begin at the present end of the file instead of its beginning. */
  readonly fromEnd?: boolean;
}

/**
 * The bytes of a log as they are written, each once, over renaming, truncating and restarts. A file that is not there
 * is waited for. A rotation ends when the new file holds something: until then the server may still write to the old.
 * Throws input-unreadable.
 */
export async function* followLog(path: string, options: FollowOptions): AsyncGenerator<FollowEvent> {
  const { pollMs, signal, position, fromEnd = false } = options;
  const state: FollowState = { path, file: null, position, fromEnd, isCopy: false };
  try {
    while (!signal.aborted) {
      let isQuiet = true;
      for await (const event of settledPoll(state)) {
        isQuiet = false;
        yield event;
        if (signal.aborted) return;
      }
      if (!isQuiet) continue;
      yield { kind: "idle", position: state.file?.position ?? state.position };
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await state.file?.close();
  }
}

interface FollowState {
  readonly path: string;
  file: FollowedFile | null;
  /** Where to begin, until a file is open. */
  position: LogPosition | null;
  fromEnd: boolean;
  /** `file` is the copy that was made of a log before it was truncated. */
  isCopy: boolean;
}

async function* settledPoll(state: FollowState): AsyncGenerator<FollowEvent> {
  try {
    yield* poll(state);
  } catch (error) {
    // Nothing was decided yet: the next poll looks again.
    if (!(error instanceof FilesMoved)) throw error;
  }
}

async function* poll(state: FollowState): AsyncGenerator<FollowEvent> {
  if (state.file === null) yield* begin(state);
  const { file } = state;
  if (file === null) return;
  const present = await statOf(state.path);
  if (await file.wasTruncated()) yield* startAnew(state, file);
  else if (present === null) yield* drain(file);
  else if (file.is(identityOf(present))) yield* readOnce(file);
  else yield* leave(state, file);
}

async function* begin(state: FollowState): AsyncGenerator<FollowEvent> {
  const { path, position, fromEnd } = state;
  // A file that comes later is new from its first byte on.
  state.fromEnd = false;
  const found = position === null ? null : await openPositioned(path, position);
  const file = found?.file ?? (await FollowedFile.open(path));
  if (file === null) return;
  state.file = file;
  if (position === null) {
    if (fromEnd) await file.continueAtEnd();
  } else if (found === null) {
    const because = `the file that was read before is no longer beside ${path}`;
    yield { kind: "lost", because, position: file.position };
  } else if (!found.fits) {
    yield { kind: "truncated", restWasRead: false, position: file.position };
  }
}

/** One chunk at a time: a long rest is not read past a truncation. */
async function* readOnce(file: FollowedFile): AsyncGenerator<FollowEvent> {
  const bytes = await file.read();
  if (bytes !== null) yield { kind: "data", bytes, position: file.position };
}

/** What was written between the last read and the truncation is only in a copy, where one was made. */
async function* startAnew(state: FollowState, file: FollowedFile): AsyncGenerator<FollowEvent> {
  const copy = await openCopy(await rotationFiles(state.path), file.position);
  if (copy === null) {
    file.startAnew();
    yield { kind: "truncated", restWasRead: false, position: file.position };
    return;
  }
  await file.close();
  state.file = copy;
  state.isCopy = true;
  yield* drain(copy);
}

/** Reads a file that was renamed, copied or removed to its end, and goes on with the next one once that is in use. */
async function* leave(state: FollowState, file: FollowedFile): AsyncGenerator<FollowEvent> {
  const after = await filesAfter(file, await rotationFiles(state.path));
  // Only a look at the next file that comes before the last read proves that nothing more is written to this one.
  const isLeft = after.some(({ sizeBytes }) => sizeBytes > 0);
  yield* drain(file);
  if (!isLeft) return;
  const place = after.findIndex((other) => !other.isCompressed);
  const found = after[place];
  if (found === undefined) return;
  const next = await openListed(found);
  await file.close();
  state.file = next;
  for (const { path } of after.slice(0, place)) {
    yield { kind: "lost", because: `${path} was compressed before it was read`, position: next.position };
  }
  yield state.isCopy
    ? { kind: "truncated", restWasRead: true, position: next.position }
    : { kind: "rotated", position: next.position };
  state.isCopy = false;
}

async function* drain(file: FollowedFile): AsyncGenerator<FollowEvent> {
  for (let bytes = await file.read(); bytes !== null; bytes = await file.read()) {
    yield { kind: "data", bytes, position: file.position };
  }
}

async function statOf(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw inputError(path, error);
  }
}
