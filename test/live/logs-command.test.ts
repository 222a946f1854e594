import { appendFileSync, renameSync } from "node:fs";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analysis } from "../../src/index.ts";
import { type BuiltResult, isBuilt, runBuilt, startBuilt } from "../support/built-cli.ts";
import { type CliResult, runCli } from "../support/cli.ts";
import { hasProgram, piped } from "../support/log-tools.ts";
import { countCsvLog } from "../support/logged-truth.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/logs");
const JSON_REPORT = ["--format", "json", "--no-store", "--top", "500"] as const;
/** So many copies of the recording are more than two threads need to have work. */
const COPIES = 560;

let cwd: string;
let text: string;
let whole: Analysis;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "dbperf-live-"));
  text = await readFile(join(FIXTURES, "postgres-15/server.log"), "utf8");
  await writeFile(join(cwd, "server.log"), text);
  whole = await report("server.log");
});

afterAll(async () => {
  await rm(cwd, { recursive: true, force: true });
});

describe("dbperf logs", () => {
  describe("inputs", () => {
    it.each([
      ["gzip", "gz"],
      ["zstd", "zst"],
      ["xz", "xz"],
    ])("reads what %s compressed", async (program, ending) => {
      if (!hasProgram(program)) throw new Error(`${program} is not installed`);
      await writeFile(join(cwd, `packed.log.${ending}`), piped(program, ["-c"], Buffer.from(text)));
      const packed = await report(`packed.log.${ending}`);
      expect(withoutInput(packed)).toEqual(withoutInput(whole));
      expect(logInput(packed).files).toMatchObject([{ compression: program }]);
      expect(logInput(packed).bytes).toBe(Buffer.byteLength(text));
    });

    it("puts the files of a rotation in order", async () => {
      const [oldest = "", older = "", newest = ""] = inPieces(text, 3);
      await writeFile(join(cwd, "rotated.log.2"), oldest);
      await writeFile(join(cwd, "rotated.log.1"), older);
      await writeFile(join(cwd, "rotated.log"), newest);
      const rotated = await report("rotated.log", "rotated.log.2", "rotated.log.1");
      expect(withoutInput(rotated)).toEqual(withoutInput(whole));
      expect(logInput(rotated).files.map(({ path }) => basename(path))).toEqual([
        "rotated.log.2",
        "rotated.log.1",
        "rotated.log",
      ]);
      expect(logInput(rotated).events).toBe(logInput(whole).events);
    });

    it("leaves out what is before --since and from --until on", async () => {
      const csv = join(FIXTURES, "postgres-15/server.csv");
      const day = "2026-11-24";
      const [from, to] = ["14:30:27.798", "14:30:27.858"];
      const some = await report(csv, "--since", `${day}T${from}Z`, "--until", `${day}T${to}Z`);
      const truth = countCsvLog(await readFile(csv, "utf8"), { from: `${day} ${from}`, to: `${day} ${to}` });
      expect(truth.calls).toBeGreaterThan(5);
      expect(some.statements?.calls).toBe(truth.calls);
      expect(Math.round((some.statements?.totalMs ?? 0) * 1000)).toBe(truth.totalUs);
      expect(some.deadlocks).toEqual([]);
      expect(whole.deadlocks).toHaveLength(1);
    });
  });

  it("reports of two saved digests what it reports of their logs", async () => {
    const [first = "", second = ""] = inPieces(text, 2);
    await writeFile(join(cwd, "first.log"), first);
    await writeFile(join(cwd, "second.log"), second);
    for (const half of ["first", "second"]) {
      await report(`${half}.log`, "--save-digest", join(cwd, `${half}.digest`));
    }
    const merged = await report("--merge", "second.digest", "first.digest");
    expect(withoutInput(merged)).toEqual(withoutInput(whole));
    const { files, ...input } = logInput(merged);
    expect(files.map(({ path }) => basename(path))).toEqual(["first.log", "second.log"]);
    const { files: _, ...wholeInput } = logInput(whole);
    expect(input).toEqual(wholeInput);
  });

  describe("what cannot be read", () => {
    it.each([
      ["an empty file", "", "holds no text"],
      ["a text of another kind", "Dear reader,\nthis is a letter.\n".repeat(100), "is no log that dbperf knows"],
      ["binary data", "\u0000\u0001\u0002".repeat(1000), "is no log that dbperf knows"],
    ])("%s is a usage error", async (_, content, problem) => {
      await writeFile(join(cwd, "odd.log"), content);
      const { code, out, err } = await run(["odd.log", ...JSON_REPORT]);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain(`odd.log ${problem}`);
    });

    it("a prefix that does not fit is a usage error", async () => {
      const { code, out, err } = await run(["server.log", "--prefix", "%t [%p]: ", ...JSON_REPORT]);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain("The prefix “%t [%p]: ” fits 0 % of the first lines of");
    });

    it("lines beyond 0.1 % of the bytes give exit code 4, and are named", async () => {
      const line = await writeDamagedLog("damaged.log", `garbled ${"x".repeat(100)}\n`);
      const { code, out } = await run(["damaged.log", "--no-store"]);
      expect(code).toBe(4);
      expect(out).toContain(`damaged.log:${line}`);
      await writeDamagedLog("scratched.log", "x\n");
      expect((await run(["scratched.log", "--no-store"])).code).toBe(0);
    });
  });
});

describeIf(isBuilt, "npm run build was not run")("dbperf logs, as it was built", () => {
  it("reads standard input", async () => {
    const { code, out, err } = await runBuilt(["logs", "-", ...JSON_REPORT], cwd, text);
    expect(withoutInput(analysisOf(code, out, err))).toEqual(withoutInput(whole));
  });

  it("reports with two threads what it reports with one", async () => {
    await writeFile(join(cwd, "large.log"), inCopies(text, COPIES));
    const [one, two] = await Promise.all(["1", "2"].map((threads) => builtReport("large.log", "--threads", threads)));
    expect(two).toEqual(one);
    expect(one === undefined ? 0 : logInput(one).bytes).toBeGreaterThan(2 * 8 * 1024 ** 2);
    expect(one?.statements?.calls).toBe((whole.statements?.calls ?? 0) * COPIES);
    expect(one?.deadlocks).toHaveLength(200);
  });

  it("ends with the exit codes of its errors", async () => {
    await writeFile(join(cwd, "letter.txt"), "Dear reader,\nthis is a letter.\n");
    await writeDamagedLog("damaged.log", `garbled ${"x".repeat(100)}\n`);
    const results = await Promise.all(
      ["letter.txt", "damaged.log"].map((file) => runBuilt(["logs", file, "--no-store"], cwd)),
    );
    expect(results.map(({ code }) => code)).toEqual([2, 4]);
    expect(results[0]?.err).toContain("letter.txt is no log that dbperf knows");
  });

  describe("--follow", () => {
    it("counts each event once over a rotation and a restart", async () => {
      const [first = "", second = "", third = "", fourth = ""] = inPieces(text, 4);
      const log = join(cwd, "live.log");
      await writeFile(log, first);
      await writeFile(`${log}.new`, third);
      const parts: Analysis[] = [];
      const follow = ["live.log", "--follow", "--positions", "positions.json", "--for"];
      const running = builtReport(...follow, "3s");
      // Whatever was not yet read when the file is renamed is read afterwards, now or by the next run.
      await sleep(1500);
      renameSync(log, `${log}.1`);
      appendFileSync(`${log}.1`, second);
      renameSync(`${log}.new`, log);
      parts.push(await running);
      await appendFile(log, fourth);
      const sum = (of: (part: Analysis) => number): number => parts.reduce((total, part) => total + of(part), 0);
      const events = (part: Analysis): number => logInput(part).events;
      for (let again = 0; again < 10 && sum(events) < events(whole); again += 1) {
        parts.push(await builtReport(...follow, "1s"));
      }
      expect(sum(events)).toBe(events(whole));
      expect(sum((part) => logInput(part).bytes)).toBe(Buffer.byteLength(text));
      expect(sum(({ statements }) => statements?.calls ?? 0)).toBe(whole.statements?.calls);
      expect(logInput(await builtReport(...follow, "500ms"))).toMatchObject({ events: 0, bytes: 0 });
    });

    it("prints the report on SIGINT, and exits with 130", async () => {
      let result: BuiltResult | null = null;
      // A signal before the program listens ends it without a word: then it is given more time.
      for (let waitMs = 1500; result?.code !== 130 && waitMs < 60_000; waitMs *= 2) {
        const running = startBuilt(
          ["logs", "server.log", "--follow", "--positions", `p${waitMs}`, ...JSON_REPORT],
          cwd,
        );
        await sleep(waitMs);
        running.process.kill("SIGINT");
        result = await running.ended;
      }
      expect(result?.code).toBe(130);
      const analysis: Analysis = JSON.parse(result?.out ?? "");
      expect(analysis.statements?.calls).toBe(whole.statements?.calls);
    });
  });
});

describe.each([
  ["postgres-15/server.log", ["mittelgroß", "Grüße", "日本", "paid"]],
  ["mariadb-10.11/slow.log", ["Kowalska", "漢字"]],
])("literals of %s", (log, literals) => {
  const file = join(FIXTURES, log);

  it.each(["text", "json", "markdown", "html"])("are not in the report as %s", async (format) => {
    const cwd = temporaryFolder();
    const { code, out } = await runCli(["logs", file, "--format", format, "--no-store", "--top", "500"], { cwd });
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(1000);
    expect(literals.filter((literal) => out.includes(literal))).toEqual([]);
  });

  it("are in it with --keep-literals, of the executions that it shows", async () => {
    const { out } = await runCli(["logs", file, "--keep-literals", ...JSON_REPORT], { cwd: temporaryFolder() });
    const { statements }: Analysis = JSON.parse(out);
    const queries = (statements?.items ?? []).flatMap(({ log }) =>
      (log?.examples ?? []).map(({ query }) => query ?? ""),
    );
    expect(literals.filter((literal) => queries.some((query) => query.includes(literal)))).toEqual(literals);
  });
});

/** Runs `dbperf logs` in this process; words that name a file of the folder become its path. */
async function run(words: readonly string[]): Promise<CliResult> {
  const files = await readdir(cwd);
  return runCli(["logs", ...words.map((word) => (files.includes(word) ? join(cwd, word) : word))], { cwd });
}

async function report(...words: string[]): Promise<Analysis> {
  const { code, out, err } = await run([...words, ...JSON_REPORT]);
  return analysisOf(code, out, err);
}

async function builtReport(...words: string[]): Promise<Analysis> {
  const { code, out, err } = await runBuilt(["logs", ...words, ...JSON_REPORT], cwd);
  return analysisOf(code, out, err);
}

function analysisOf(code: number | null, out: string, err: string): Analysis {
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

/** The log with something between two of its events; resolves to the number of that line. */
async function writeDamagedLog(name: string, damage: string): Promise<number> {
  const [before = "", after = ""] = inPieces(text, 2);
  await writeFile(join(cwd, name), `${before}${damage}${after}`);
  return before.split("\n").length;
}

function logInput({ input }: Analysis) {
  if (input.kind !== "log") throw new Error("a log was read");
  return input;
}

function withoutInput({ input: _, ...analysis }: Analysis): Omit<Analysis, "input"> {
  return analysis;
}

/** A log cut between events into pieces of like size. */
function inPieces(text: string, count: number): string[] {
  const starts = [...text.matchAll(/^2026-\S+ \S+ UTC .* LOG: {2}/gm)].map(({ index }) => index);
  const cuts = Array.from({ length: count - 1 }, (_, place) => {
    const wanted = (text.length * (place + 1)) / count;
    return starts.find((start) => start >= wanted) ?? text.length;
  });
  return [0, ...cuts].map((from, place) => text.slice(from, cuts[place] ?? text.length));
}

/** The log again and again, each time a minute later. */
function inCopies(text: string, count: number): string {
  const base = Date.parse("2026-11-24T14:30Z");
  const copies = Array.from({ length: count }, (_, minute) => {
    const at = new Date(base + minute * 60_000).toISOString();
    return text.replaceAll("2026-11-24 14:30", `${at.slice(0, 10)} ${at.slice(11, 16)}`);
  });
  return copies.join("");
}
