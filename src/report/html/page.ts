import { createHash } from "node:crypto";
import type { Analysis } from "../../model/analysis.ts";
import { printable } from "../../util/text.ts";
import { arrange } from "../arrange.ts";
import { headline } from "../headline.ts";
import { utcTime } from "../log-words.ts";
import type { Reporter } from "../reporter.ts";
import { headParts, placeWords, statementTimeWords } from "../words.ts";
import { findingsSection } from "./findings.ts";
import { connectionsSection, locksSection } from "./locks.ts";
import { logInputBlock } from "./log-input.ts";
import { deadlocksSection, loggedWaitsSection } from "./logged-contention.ts";
import { loggedErrorsSection } from "./logged-errors.ts";
import { html, markupText, trusted } from "./markup.ts";
import { notCheckedSection } from "./not-checked.ts";
import { SCRIPT } from "./script.ts";
import { statementsSection } from "./statements.ts";
import { STYLES } from "./styles.ts";

const READ_FROM = {
  capture: "Read from the database",
  log: "Read from a log that ends",
  run: "Seen in a program whose last statement ended",
  traces: "Read from traces that end",
} as const;

/** The report as one HTML file that asks for nothing else and runs only its own script. */
export function renderHtml(analysis: Analysis): string {
  const arrangement = arrange(analysis);
  const answer = headline(analysis, arrangement);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>dbperf: ${printable(placeWords(analysis))}</title>
<style>${trusted(STYLES)}</style>
</head>
<body>
<main>
<header class="top"><p class="brand"><b>dbperf</b> ${headParts(analysis).join(" · ")}</p>${logInputBlock(analysis)}<h1>${answer}</h1></header>
${findingsSection(arrangement, statementTimeWords(analysis.window))}${locksSection(analysis)}${statementsSection(analysis)}${deadlocksSection(analysis)}${loggedWaitsSection(analysis)}${loggedErrorsSection(analysis)}${connectionsSection(analysis.connections)}${notCheckedSection(analysis, arrangement)}
<p class="end">${READ_FROM[analysis.input.kind]} at ${utcTime(analysis.input.capturedTo).slice(0, 16)} UTC by dbperf ${analysis.tool.version}. Times in the tables are database time; planner cost is no time.</p>
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return markupText(page);
}

export const htmlReporter: Reporter = { format: "html", mediaType: "text/html", extension: "html", render: renderHtml };

/** Only this page's own style and script, known by their hashes; no request to anywhere. */
function contentSecurityPolicy(): string {
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(STYLES)}`,
    `script-src ${hash(SCRIPT)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
