import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readRunEvents } from "../../../src/app/run-events.ts";
import { largeResult } from "../../../src/probe/count-entities.ts";
import { createGuard } from "../../../src/probe/guard.ts";
import { LineWriter } from "../../../src/probe/line-writer.ts";
import { Recorder } from "../../../src/probe/recorder.ts";
import { Scopes } from "../../../src/probe/scopes.ts";
import { loadSqlParser } from "../../../src/sql/parser.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const HERE = import.meta.dirname;
const TEXT = "select total from orders where customer_id = $1";

beforeAll(loadSqlParser);

function recorderIn(folder: string) {
  const failures: unknown[] = [];
  const writer = new LineWriter(join(folder, "7-0.jsonl"), 100, (error) => failures.push(error));
  const scopes = new Scopes(
    () => "app.js",
    () => undefined,
  );
  const recorder = new Recorder(scopes, writer, "salt");
  return { failures, writer, scopes, recorder };
}

describe("the recorder", () => {
  it("tells the parent of each execution; the loop has the line that sent it", () => {
    const folder = temporaryFolder();
    const { recorder, writer, scopes } = recorderIn(folder);
    const connection = {};
    const send = (text: string, values: readonly unknown[], rows: number): void =>
      recorder.end(recorder.begin(text), { text, dialect: "postgres", values, rows, result: null, connection });
    scopes.runIn(
      () => "GET /customers",
      () => {
        send("select id from customers", [], 10);
        for (let id = 1; id <= 10; id += 1) send(TEXT, [id], 3);
      },
    );
    writer.flush();
    const { result, executions, engine, unwatched, problems } = readRunEvents(folder, HERE);
    expect({ executions, engine, unwatched, problems }).toEqual({
      executions: 11,
      engine: "postgres",
      unwatched: [],
      problems: [],
    });
    expect(result.loops.loops).toMatchObject([
      { kind: "n-plus-one", route: "GET /customers", executions: 10, callSite: { file: "recorder.test.ts" } },
    ]);
    expect(result.statements.map(({ calls, rows }) => [calls, rows]).sort()).toEqual([
      [1, 10],
      [10, 30],
    ]);
    expect(Math.abs((result.firstMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it("takes a stack for the first five of a text in a scope, whatever its literals", () => {
    const { recorder, scopes } = recorderIn(temporaryFolder());
    let stacks = 0;
    const stack = () => {
      stacks += 1;
      return { callSite: null, orm: null };
    };
    for (const scope of ["a", "b"]) {
      scopes.runIn(
        () => scope,
        () => {
          for (let id = 0; id < 20; id += 1) recorder.begin(`select * from t where id = ${id}`, { stack });
        },
      );
    }
    expect(stacks).toBe(10);
  });

  it("counts the entities of a join in its first five executions of a scope", () => {
    const folder = temporaryFolder();
    const { recorder, writer, scopes } = recorderIn(folder);
    const text = "select p.id, c.id as c, t.id as t from p join c on c.p = p.id join t on t.p = p.id";
    const rows = Array.from({ length: 600 }, (_, at) => [at % 5, Math.floor(at / 5) % 12, Math.floor(at / 60)]);
    const result = largeResult(rows, [{ name: "id" }, { name: "c" }, { name: "t" }]);
    const known = { text, dialect: "postgres", values: [], rows: 600, result, connection: {} } as const;
    for (const scope of ["GET /a", "GET /b"]) {
      scopes.runIn(
        () => scope,
        () => {
          for (let count = 0; count < 8; count += 1) recorder.end(recorder.begin(text), known);
          recorder.end(recorder.begin(TEXT), { ...known, text: TEXT });
        },
      );
    }
    writer.flush();
    const { joins } = readRunEvents(folder, HERE).result.loops;
    expect(joins).toMatchObject([
      { route: "GET /a", executions: 5, rows: 3000, entities: 25, callSite: { file: "recorder.test.ts" } },
      { route: "GET /b", executions: 5, rows: 3000, entities: 25 },
    ]);
  });

  it("does not count the wait for a connection as time of the statement", () => {
    const folder = temporaryFolder();
    const { recorder, writer } = recorderIn(folder);
    const connection = {};
    const sent = [0, 1].map(() => recorder.begin("select pg_sleep(1)"));
    for (const sending of sent) {
      const until = performance.now() + 20;
      while (performance.now() < until);
      recorder.end(sending, {
        text: "select pg_sleep(1)",
        dialect: "postgres",
        values: [],
        rows: 1,
        result: null,
        connection,
      });
    }
    writer.flush();
    const [statement] = readRunEvents(folder, HERE).result.statements;
    expect(statement?.totalMs).toBeGreaterThan(39);
    expect(statement?.maxMs).toBeLessThan(35);
  });

  it("writes a file of mode 0600 with the first line, and none for nothing", () => {
    const folder = temporaryFolder();
    const { recorder, writer } = recorderIn(folder);
    writer.flush();
    expect(readdirSync(folder)).toEqual([]);
    recorder.unwatched("pg-native");
    writer.flush();
    expect(statSync(join(folder, "7-0.jsonl")).mode & 0o777).toBe(0o600);
    expect(readRunEvents(folder, HERE)).toMatchObject({ executions: 0, engine: null, unwatched: ["pg-native"] });
  });

  it("tells of a folder that is gone and does not throw", () => {
    const folder = join(temporaryFolder(), "gone");
    mkdirSync(folder);
    const { recorder, writer, failures } = recorderIn(folder);
    rmSync(folder, { recursive: true });
    recorder.unwatched("pg-native");
    writer.flush();
    expect(failures).toHaveLength(1);
  });
});

describe("the parent", () => {
  it("reads past the half line of a killed process, and keeps processes apart", () => {
    const folder = temporaryFolder();
    const lines = (text: string): string =>
      [
        ["origin", 1000],
        ["text", 1, text, "mysql"],
        ["scope", 2, null],
        ["execution", 1, 2, 5, 7, null, 1, 3, null, null],
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join("");
    writeFileSync(join(folder, "1-0.jsonl"), `${lines("select 1")}["execution",1,2,`);
    writeFileSync(join(folder, "2-0.jsonl"), `${lines("select a from b")}["off","it broke"]\n`);
    const { result, executions, engine, problems } = readRunEvents(folder, HERE);
    expect({ executions, engine, problems }).toEqual({ executions: 2, engine: "mysql", problems: ["it broke"] });
    expect(result.loops.scopes).toMatchObject([{ scopes: 2, executions: 2 }]);
    expect(result.firstMs).toBe(1000.005);
  });
});

describe("the guard", () => {
  it("turns the probe off at the first failure, and says so once in one line", () => {
    const said: string[] = [];
    const guard = createGuard((problem) => said.push(problem));
    const fail = (): number => {
      throw new Error("first\nsecond");
    };
    expect(guard.attempt(() => 1, 0)).toBe(1);
    expect(guard.attempt(fail, 0)).toBe(0);
    expect(guard.attempt(fail, 0)).toBe(0);
    expect(guard.attempt(() => 1, 0)).toBe(0);
    expect(said).toEqual(["first"]);
  });
});
