import { htmlReporter } from "./html/page.ts";
import { jsonReporter } from "./json.ts";
import { markdownReporter } from "./markdown.ts";
import type { Reporter } from "./reporter.ts";
import { textReporter } from "./text.ts";

export { renderFinding } from "./finding.ts";
export { type Palette, PLAIN, type Reporter } from "./reporter.ts";

/** Every format that a report can have. */
export const reporters: readonly Reporter[] = [textReporter, jsonReporter, markdownReporter, htmlReporter];
