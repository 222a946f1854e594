import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { logFormats } from "../../../../src/engines/log-formats.ts";
import { applicationShare } from "../../../../src/logs/application/detect-application.ts";
import { applicationText } from "../../../support/application-log.ts";

const FIXTURES = join(import.meta.dirname, "../../../../fixtures/logs");
const shareOf = (text: string) => applicationShare({ text, prefixes: [] });
const HIKARI = "HikariPool-1 - Connection is not available, request timed out after 30000ms.";

/** The format that a text is read as. */
function formatOf(text: string): string | null {
  const found = logFormats.flatMap((format) => {
    const detected = format.detect({ text, prefixes: [] });
    return detected === null ? [] : [{ id: format.id, share: detected.share }];
  });
  const [best] = found.toSorted((a, b) => b.share - a.share);
  return best === undefined || best.share < 0.5 ? null : best.id;
}

describe("applicationShare", () => {
  it.each(["node.log", "node.jsonl", "pgbouncer.log"] as const)("knows %s", (name) => {
    expect(formatOf(applicationText(name))).toBe("application");
  });

  it("knows an application that prints the server's words with their two spaces", () => {
    const lines = [
      "2026-11-24 13:00:00,123 ERROR app.db: connection failed: FATAL:  sorry, too many clients already",
      "2026-11-24 13:00:00,456 INFO app.http: GET /orders 500",
      "2026-11-24 13:00:01,123 INFO app.http: GET /health 200",
    ];
    expect(formatOf(`${lines.join("\n")}\n`.repeat(20))).toBe("application");
  });

  it("claims no log of a database, whatever it holds", () => {
    for (const folder of readdirSync(FIXTURES).filter((name) => name !== "application")) {
      for (const file of readdirSync(join(FIXTURES, folder)).filter((name) => name !== "README.md")) {
        const text = readFileSync(join(FIXTURES, folder, file), "utf8");
        expect([folder, file, formatOf(text)]).not.toContain("application");
      }
    }
  });

  it.each([
    [
      "a log of PostgreSQL with a prefix that is not known",
      "{x} LOG:  ready\n{x} FATAL:  sorry, too many clients already\n",
    ],
    [
      "a log of PostgreSQL that a container's runtime wrapped",
      '{"log":"2026-11-24 13:00:00 UTC LOG:  ready\\n","stream":"stderr","time":"2026-11-24T13:00:00Z"}\n{"log":"2026-11-24 13:00:01 UTC FATAL:  sorry, too many clients already\\n","stream":"stderr","time":"2026-11-24T13:00:01Z"}\n',
    ],
    [
      "jsonlog",
      '{"timestamp":"2026-11-24 13:00:00.123 UTC","pid":1,"error_severity":"FATAL","message":"sorry, too many clients already"}\n',
    ],
    [
      "an error log of MySQL",
      "2026-11-24T13:00:00.123Z 8 [Warning] [MY-010055] [Server] Error 1040: Too many connections\n",
    ],
    [
      "an application's log that tells of no refusal",
      "2026-11-24T13:00:00Z up\n2026-11-24T13:00:01Z query_wait_timeout=5\n",
    ],
    ["a text about it", `# Pools\n\nThe text reads\n\n    ${HIKARI}\n\nand means that\nthe pool is empty.\n`],
    [
      "a text about it with one line of a log",
      `# Pools\n\nSo it looks:\n\n2026-11-24T13:00:00Z ${HIKARI}\n\nThis means\nthat the pool is empty.\n`,
    ],
    ["an output without times, which has to be named as such", `Error: ${HIKARI}\n    at x\n`],
    ["an empty text", ""],
  ])("claims not %s", (_, text) => {
    expect(shareOf(text)).toBeNull();
  });

  it("gives way to a prefix that the user names", () => {
    const sample = { text: applicationText("node.log"), prefixes: [{ text: "%m [%p] ", origin: "given" }] } as const;
    expect(applicationShare(sample)).toBeNull();
  });
});
