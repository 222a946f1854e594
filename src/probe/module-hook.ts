import Module from "node:module";
import type { Guard } from "./guard.ts";
import { property, wrapMethod, wrapped } from "./untyped.ts";

/** Is given what a file exports, and returns what it shall export instead. */
export type OnLoad = (exported: unknown) => unknown;

/** `path` is the end of the file's path, with `/`. */
export interface WatchedFile {
  readonly path: string;
  readonly onLoad: OnLoad;
}

/** Calls back once for each watched file that is loaded as CommonJS, by `require` or by `import`. */
export function watchModules(files: readonly WatchedFile[], guard: Guard): void {
  wrapMethod(property(Module, "prototype"), "load", (load) =>
    wrapped((self, values) => {
      const result = Reflect.apply(load, self, values);
      guard.attempt(() => loaded(self, values[0], files), undefined);
      return result;
    }),
  );
}

function loaded(module: unknown, filename: unknown, files: readonly WatchedFile[]): void {
  if (typeof module !== "object" || module === null || typeof filename !== "string") return;
  const path = filename.replaceAll("\\", "/");
  for (const file of files) {
    if (!path.endsWith(file.path)) continue;
    const exported = property(module, "exports");
    const replaced = file.onLoad(exported);
    if (replaced !== exported) Reflect.set(module, "exports", replaced);
  }
}
