import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isBuilt, runBuilt, startBuilt } from "../support/built-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { protobuf, request } from "../unit/traces/support/otlp.ts";
import { shopTraces } from "../unit/traces/support/shop-traces.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/traces");
const ARGV = ["--format", "json", "--no-store", "--only", "n-plus-one", "--fail-on", "n-plus-one"];

function summary(out: string) {
  return JSON.parse(out).findings.map(({ ruleId, subject }: { ruleId: string; subject: object }) => ({
    ruleId,
    ...subject,
  }));
}

const PLANTED = [
  {
    ruleId: "n-plus-one",
    query: "select * from order_items where order_id = $1",
    route: "GET /orders",
    callSite: { file: "src/orders.ts", line: 42 },
  },
];

describe.skipIf(!isBuilt)("dbperf traces, built", () => {
  it("fails the run on the planted loop of a file, which comes by standard input", async () => {
    const file = await readFile(join(FIXTURES, "shop.jsonl.gz"));
    const { code, out } = await runBuilt(["traces", "-", ...ARGV], temporaryFolder(), file);
    expect(code).toBe(1);
    expect(summary(out)).toMatchObject(PLANTED);
  });

  it("receives traces until SIGINT and then reports", async () => {
    const { process: child, ended } = startBuilt(["traces", "--listen", "127.0.0.1:0", ...ARGV], temporaryFolder());
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      child.once("exit", () => reject(new Error(text)));
      child.stderr?.on("data", (chunk: string) => {
        text += chunk;
        const found = /http:\S+\/v1\/traces/.exec(text)?.[0];
        if (found !== undefined) resolve(found);
      });
    });
    for (const spans of shopTraces()) {
      const body = Buffer.from(protobuf(request(spans)));
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: { "content-type": "application/x-protobuf" },
      });
      expect(response.status).toBe(200);
    }
    child.kill("SIGINT");
    const { code, out } = await ended;
    expect(code).toBe(130);
    expect(summary(out)).toMatchObject(PLANTED);
  });
});
