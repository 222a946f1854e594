import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { dbperfError } from "../errors/index.ts";

/** Writes a file whole or not at all, mode 0600; throws DbperfError where it cannot. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${Math.random().toString(36).slice(2)}.part`);
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await chmod(temporary, 0o600);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const problem = (error instanceof Error ? error.message : String(error)).replaceAll(temporary, file);
    throw dbperfError("output-unwritable", { file, problem }, { cause: error });
  }
}
