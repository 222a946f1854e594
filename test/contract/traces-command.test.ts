import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { query, request, span } from "../unit/traces/support/otlp.ts";
import { shopFiles } from "../unit/traces/support/shop-traces.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/traces");

async function reportOf(file: string) {
  const { code, out, err } = await runCli(["traces", file, "--format", "json", "--no-store"], {
    cwd: temporaryFolder(),
  });
  return { code, err, report: JSON.parse(out) };
}

async function written(name: string, content: string | Buffer): Promise<string> {
  const file = join(temporaryFolder(), name);
  await writeFile(file, content);
  return file;
}

describe("dbperf traces", () => {
  it.each(Object.entries(shopFiles()))("has the fixture %s as its script writes it", async (name, content) => {
    const file = join(FIXTURES, name);
    if (process.env["DBPERF_UPDATE_GOLDEN"] === "1") await writeFile(file, content);
    // The bytes of a gz differ from one zlib to the next.
    const plain = (bytes: Buffer): Buffer => (name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
    expect(plain(await readFile(file)).equals(plain(content))).toBe(true);
  });

  it.each(Object.keys(shopFiles()))("counts the statements of %s", async (name) => {
    const { code, report } = await reportOf(join(FIXTURES, name));
    expect([0, 4]).toContain(code);
    const calls = new Map(
      report.statements.items.map(({ query: text, calls: count }: { query: string; calls: number }) => [text, count]),
    );
    expect(calls).toEqual(
      new Map([
        ["select * from order_items where order_id = $1", 48],
        ["select * from customers where id = $1", 40],
        ["select id from orders order by id limit ?", 40],
        ["select i.* from orders o join order_items i on i.order_id = o.id where o.id = any($1)", 40],
        ["select id, customer_id from orders order by id limit ?", 4],
      ]),
    );
    expect(report.notices).toEqual([]);
  });

  it("finds the planted loop with its line, and no other", async () => {
    const cwd = temporaryFolder();
    const capture = join(cwd, "capture.json");
    await runCli(["traces", join(FIXTURES, "shop.binpb"), "--no-store", "--save-capture", capture], { cwd });
    const { queryLoops } = JSON.parse(await readFile(capture, "utf8")).artifacts;
    expect(queryLoops.value.scopes).toEqual([{ scopeClass: "trace", scopes: 84, executions: 172 }]);
    expect(queryLoops.value.loops).toHaveLength(1);
    expect(queryLoops.value.loops[0]).toMatchObject({
      kind: "n-plus-one",
      scopeClass: "trace",
      route: "GET /orders",
      application: "shop",
      source: { query: "select id, customer_id from orders order by id limit ?" },
      repeated: [{ query: "select * from order_items where order_id = $1" }],
      callSite: { file: "src/orders.ts", line: 42 },
      runs: 4,
      executions: 48,
    });
  });

  it("names what it could not read, and reads the rest", async () => {
    const [first, , ...rest] = (await readFile(join(FIXTURES, "shop.jsonl"), "utf8")).trimEnd().split("\n");
    const hidden = request([
      span({ id: 1, trace: 999, attributes: { "db.system": "postgresql", "db.operation": "SELECT" } }),
      query("get a", { id: 2, trace: 999, attributes: { "db.system.name": "redis" } }),
    ]);
    const file = await written(
      "damaged.jsonl",
      [first, '{"resourceSpans":', ...rest, JSON.stringify(hidden)].join("\n"),
    );
    const { report } = await reportOf(file);
    expect(report.statements.calls).toBe(172 - 13);
    expect(report.notices.map(({ message }: { message: string }) => message)).toEqual([
      `1 damaged record of traces could not be read. The first: record 2 of ${file}: it is no valid JSON.`,
      "Spans of other database systems were not looked at: redis (1).",
      "1 database span without the text of the statement (db.query.text or db.statement) were not looked at.",
    ]);
  });

  it("reads what is there of a gz that breaks off", async () => {
    const lines = Buffer.concat(
      Array.from({ length: 200 }, (_, trace) =>
        Buffer.from(`${JSON.stringify(request([query(`select ${Math.sin(trace)}`, { trace: trace + 1, id: 1 })]))}\n`),
      ),
    );
    const gz = gzipSync(lines);
    const file = await written("cut.jsonl.gz", gz.subarray(0, gz.length - 200));
    const { report } = await reportOf(file);
    expect(report.statements.calls).toBeGreaterThan(20);
    expect(report.notices[0].message).toMatch(/damaged records? of traces could not be read/);
  });

  it("keeps no bound value anywhere in a saved capture", async () => {
    const text = request([
      query("select * from a where b = 'geheim1'", { id: 1, attributes: { "db.query.parameter.0": "geheim2" } }),
    ]);
    const file = await written("secret.json", JSON.stringify(text));
    const cwd = temporaryFolder();
    const capture = join(cwd, "capture.json");
    const { code, out } = await runCli(["traces", file, "--no-store", "--save-capture", capture], { cwd });
    expect([0, 4]).toContain(code);
    expect(out + (await readFile(capture, "utf8"))).not.toContain("geheim");
  });

  it.each([
    ["empty.json", "", "holds no spans"],
    ["spaces.json", " \n", "holds no spans"],
    ["none.json", '{"resourceSpans":[]}', "holds no spans"],
    ["text.log", "2026-11-24 LOG: hello", "it is neither JSON nor protobuf of OTLP"],
    ["metrics.jsonl", '{"resourceMetrics":[]}', "it holds metrics or logs, and no spans"],
    ["jaeger.json", '{"data":[{"traceID":"1"}]}', "it looks like an export of Jaeger"],
    ["zipkin.json", '[{"traceId":"1","localEndpoint":{}}]', "it looks like spans of Zipkin"],
    ["capture.json", '{"kind":"dbperf-capture"}', "it is a saved capture, which dbperf analyze reads"],
    ["traces.zst", Buffer.from("28b52ffd0458", "hex"), "it is compressed by zstd"],
    ["broken.gz", Buffer.from("1f8b0800000000000000ffff", "hex"), "cannot be read"],
  ])("ends with 2 on %s, and says why", async (name, content, words) => {
    const file = await written(name, content);
    const { code, out, err } = await runCli(["traces", file, "--no-store"], { cwd: temporaryFolder() });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(name);
    expect(err).toContain(words);
  });

  it.each([
    [[], "No file was named"],
    [["a.json", "--listen", "4318"], "--listen receives traces"],
    [["a.json", "--for", "10m"], "it needs --listen"],
    [["--listen", "here"], "“here” is no address"],
    [["--listen", "4318", "--for", "soon"], "“soon” is no duration"],
    [["missing.json"], "missing.json does not exist"],
  ])("ends with 2 on %j", async (argv, words) => {
    const { code, err } = await runCli(["traces", ...argv], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
