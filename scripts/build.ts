/** Bundles dbperf's own modules into few files (docs/decisions/0008-few-files-to-load.md). */
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where a small part of a package is used, that part is taken into the bundle: the whole would cost 0.2 s to load. */
const TAKEN_IN = new Set(["zod", "string-width", "wrap-ansi"]);
const { dependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

rmSync(`${ROOT}/dist`, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: ["src/cli/main.ts", "src/index.ts", "src/rule.ts", "src/testing.ts", "src/app/log-worker.ts"],
  outbase: ".",
  outdir: "dist",
  // Beside the worker, which is found by its name.
  chunkNames: "src/app/[name]-[hash]",
  bundle: true,
  splitting: true,
  external: Object.keys(dependencies).filter((name) => !TAKEN_IN.has(name)),
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
});
// In front of other people's programs: one file without imports, in the module system that loads first.
await build({
  absWorkingDir: ROOT,
  entryPoints: ["src/probe/preload.ts"],
  outfile: "dist/src/probe/preload.cjs",
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  target: "node20",
  logLevel: "warning",
});
