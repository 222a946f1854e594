import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";

/** The account that runs the server, as numbers. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: `postgres` or else `nobody` for root, null (oneself) for everyone else. */
export async function serverUser(): Promise<ServerUser | null> {
  if (userInfo().uid !== 0) return null;
  return unprivilegedUser(await readFile("/etc/passwd", "utf8"));
}

/** The account to use of the text of a passwd file, null if it has none that fits. */
export function unprivilegedUser(passwd: string): ServerUser | null {
  const accounts = passwd.split("\n").map((line) => line.split(":"));
  for (const wanted of ["postgres", "nobody"]) {
    const account = accounts.find(([name]) => name === wanted);
    const [uid, gid] = [Number(account?.[2]), Number(account?.[3])];
    if (account !== undefined && Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid };
  }
  return null;
}
