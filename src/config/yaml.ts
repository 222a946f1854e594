import { createRequire } from "node:module";

type Yaml = typeof import("yaml");

/** Its seventy files take 50 ms of CPU: they are loaded where there is a file to read. */
export function loadYaml(): Yaml {
  // Configuration is read synchronously, so that `import()` cannot load it.
  return createRequire(import.meta.url)("yaml") as Yaml;
}
