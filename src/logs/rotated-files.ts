import type { BigIntStats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type FileIdentity, FollowedFile, identityOf } from "./followed-file.ts";
import { errorCode } from "./input-error.ts";
import { HEAD_BYTES, type LogPosition } from "./log-position.ts";
import { rotationName, rotationOrder } from "./rotation-order.ts";

/** A file beside a followed log. */
export interface RotationFile extends FileIdentity {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
  readonly isCompressed: boolean;
  /** The file that the followed path leads to at present. */
  readonly isCurrent: boolean;
}

/** Files were renamed while they were looked for; a later look finds them. */
export class FilesMoved extends Error {
  override readonly name = "FilesMoved";
}

const LISTING_TRIES = 5;

/** The files of the rotation of `path`, oldest name first; `path` itself is among them while it exists. Throws FilesMoved. */
export async function rotationFiles(path: string): Promise<RotationFile[]> {
  const { series } = rotationName(await target(path));
  return settledListing(path, (name) => rotationName(name).series === series);
}

/** What of `files` was written after the file that is read now, in order, up to the present one. */
export async function filesAfter(file: FollowedFile, files: readonly RotationFile[]): Promise<RotationFile[]> {
  const current = files.findIndex((other) => other.isCurrent);
  if (current === -1) return [];
  const place = files.findIndex((other) => file.is(other));
  const modifiedNs = await file.modifiedNs();
  // Names alone would take the files of a rotation that counts upwards for newer ones.
  const between = files
    .slice(0, current)
    .filter((other, index) =>
      place === -1
        ? other.modifiedNs > modifiedNs && !other.isCompressed
        : index > place && other.modifiedNs >= modifiedNs,
    );
  return [...between, ...files.slice(current, current + 1)];
}

export interface PositionedFile {
  readonly file: FollowedFile;
  /** False: it is the same file with another content, opened at its beginning. */
  readonly fits: boolean;
}

/**
 * Opens the file that `position` belongs to, at its offset: under its path, renamed beside it, or as a copy of it.
 * Throws FilesMoved.
 */
export async function openPositioned(path: string, position: LogPosition): Promise<PositionedFile | null> {
  const files = await rotationFiles(path);
  const same = (other: FileIdentity): boolean => other.ino === position.ino && other.dev === position.dev;
  const renamed = files.some(same) ? files : await settledListing(path, () => true);
  const fitting = (await firstThatFits(renamed.filter(same), position)) ?? (await openCopy(files, position));
  if (fitting !== null) return { file: fitting, fits: true };
  // Truncated, or removed and its inode given to another: what is in it now came later either way.
  const anew = files.find((file) => same(file) && !file.isCompressed);
  return anew === undefined ? null : { file: await openListed(anew), fits: false };
}

/** Opens what begins with the full head of `position` under another inode: the copy of copytruncate, or a restored log. */
export async function openCopy(files: readonly RotationFile[], position: LogPosition): Promise<FollowedFile | null> {
  if (position.headBytes < HEAD_BYTES) return null;
  const newestFirst = [...files].sort((a, b) => Number(b.modifiedNs - a.modifiedNs));
  const candidates = newestFirst.filter((file) => !file.isCompressed && file.sizeBytes >= position.offset);
  return firstThatFits([...candidates.filter((file) => file.isCurrent), ...candidates], position);
}

/** Opens a listed file at its beginning. Throws FilesMoved where its path leads to another one by now. */
export async function openListed(listed: RotationFile): Promise<FollowedFile> {
  const file = await FollowedFile.open(listed.path);
  if (file?.is(listed) === true) return file;
  await file?.close();
  throw new FilesMoved(listed.path);
}

async function firstThatFits(files: readonly RotationFile[], position: LogPosition): Promise<FollowedFile | null> {
  for (const listed of files) {
    const file = await openListed(listed);
    if (await file.continueAt(position)) return file;
    await file.close();
  }
  return null;
}

/** A rotation while the folder is read would show a file twice or not at all: two equal listings in a row show none. */
async function settledListing(path: string, accepts: (name: string) => boolean): Promise<RotationFile[]> {
  let files = await list(path, accepts);
  for (let tries = 1; tries < LISTING_TRIES; tries += 1) {
    const again = await list(path, accepts);
    if (signature(again) === signature(files)) return again;
    files = again;
  }
  throw new FilesMoved(path);
}

function signature(files: readonly RotationFile[]): string {
  return files.map((file) => `${file.path}\0${file.dev}\0${file.ino}\0${file.isCurrent}`).join("\n");
}

async function list(path: string, accepts: (name: string) => boolean): Promise<RotationFile[]> {
  const present = await target(path);
  const folder = dirname(present);
  const names = new Set([...(await readFolder(folder)).filter(accepts).sort(), basename(present)]);
  const inOrder = rotationOrder([...names].map((name) => ({ path: join(folder, name), firstAtMs: null })));
  const files: RotationFile[] = [];
  // Newest first: where the newest holds something, what is then seen of the older ones is final.
  for (const file of inOrder.reverse()) {
    const stats = await statOf(file);
    if (stats?.isFile() !== true) continue;
    const isCurrent = file === present;
    files.push({
      ...identityOf(stats),
      path: file,
      sizeBytes: Number(stats.size),
      modifiedNs: stats.mtimeNs,
      isCompressed: rotationName(file).isCompressed && !isCurrent,
      isCurrent,
    });
  }
  return files.reverse();
}

/** Where a symbolic link leads: the rotation's other files are there. */
async function target(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return resolve(path);
  }
}

/** A folder that may be passed through but not listed hides the rotation, not the log. */
async function readFolder(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function statOf(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
