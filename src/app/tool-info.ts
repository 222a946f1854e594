import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { ToolInfo } from "../model/primitives.ts";
import { packageRoot } from "./package-root.ts";

const manifest = z.object({ version: z.string() });

/** This program's name and version, from its own package.json. */
export const toolInfo: ToolInfo = {
  name: "dbperf",
  version: manifest.parse(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"))).version,
};
