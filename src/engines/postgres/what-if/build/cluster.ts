import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Extension, PGlite } from "@electric-sql/pglite";
import { withoutTieringAsync } from "../../../../util/without-tiering.ts";
import type { TwinCollation } from "../twin-source.ts";

/** A PGlite in a directory of its own, which is 0700 and gone after `close`. */
export interface Cluster {
  readonly database: PGlite;
  readonly directory: string;
  close(): Promise<void>;
}

/** Makes and starts an empty PGlite: 2 to 5 s and 0.8 GB of memory, so once a run. */
export async function startCluster(
  collation: TwinCollation,
  extensions: Readonly<Record<string, Extension>>,
): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), "dbperf-twin-"));
  try {
    const { PGlite } = await import("@electric-sql/pglite");
    const database = await withoutTieringAsync(() =>
      PGlite.create({
        dataDir: directory,
        extensions: { ...extensions },
        // Files are extended and B-tree roots written from outside: pages without a checksum are taken as they are.
        initDbStartParams: ["--no-data-checksums", ...localeOptions(collation)],
      }),
    );
    return {
      database,
      directory,
      close: async () => {
        await database.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Whether the default collation is C decides if LIKE finds its rows through an index, and its order where a value lies
 * in a histogram. PGlite has no locale but ICU's root, whose order is close to that of any language.
 */
export function localeOptions({ provider, locale }: TwinCollation): readonly string[] {
  if (provider === "b") return ["--locale-provider=builtin", `--builtin-locale=${locale === "C" ? "C" : "C.UTF-8"}`];
  if (provider === "c" && /^(C|POSIX)$/.test(locale)) return ["--no-locale", "--encoding=UTF8"];
  if (provider === "c" && /^C\.utf-?8$/i.test(locale)) return ["--lc-collate=C.UTF-8"];
  return ["--locale-provider=icu", "--icu-locale=und"];
}
