import { readFileSync, statSync } from "node:fs";

/** What a password is looked up by. */
export interface PasswordKey {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export type PasswordLookup =
  | { readonly status: "found"; readonly password: string }
  | { readonly status: "none" }
  /** Group or others may read the file: libpq ignores it, and so does dbperf. */
  | { readonly status: "too-open"; readonly file: string };

const DEFAULT_SOCKET_DIRECTORIES: ReadonlySet<string> = new Set(["/var/run/postgresql", "/run/postgresql", "/tmp"]);

/** The first line of a .pgpass file that fits. A missing file is `none`. */
export function lookUpPassword(file: string, key: PasswordKey): PasswordLookup {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return { status: "none" };
    // Windows has no such mode bits: it reports 0666 for every file.
    if (!file.includes("\\") && (stats.mode & 0o077) !== 0) return { status: "too-open", file };
    return findPassword(readFileSync(file, "utf8"), key);
  } catch {
    return { status: "none" };
  }
}

function findPassword(text: string, key: PasswordKey): PasswordLookup {
  const hosts = DEFAULT_SOCKET_DIRECTORIES.has(key.host) ? [key.host, "localhost"] : [key.host];
  const fits = (field: string | undefined, values: readonly string[]): boolean =>
    field === "*" || (field !== undefined && values.includes(field));
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const [host, port, database, user, password] = splitFields(line);
    if (password === undefined) continue;
    if (
      fits(host, hosts) &&
      fits(port, [String(key.port)]) &&
      fits(database, [key.database]) &&
      fits(user, [key.user])
    ) {
      return { status: "found", password };
    }
  }
  return { status: "none" };
}

/** Five fields parted by `:`; a backslash takes the next character as it is. */
function splitFields(line: string): readonly string[] {
  const fields = [""];
  for (let at = 0; at < line.length; at += 1) {
    let char = line.charAt(at);
    if (char === ":" && fields.length < 5) {
      fields.push("");
      continue;
    }
    if (char === "\\" && at + 1 < line.length) {
      at += 1;
      char = line.charAt(at);
    }
    fields[fields.length - 1] += char;
  }
  return fields;
}
