import { describe, expect, it } from "vitest";
import { applicationLogOf, withApplicationLogs } from "../../../src/app/application-logs.ts";
import type { ReadLog } from "../../../src/app/read-log.ts";
import { postgresLogs } from "../../../src/engines/postgres/logs/index.ts";
import { applicationDialect, applicationLog } from "../../../src/logs/application/index.ts";
import type { LogFormat } from "../../../src/logs/format.ts";
import { applicationText, refusalsOf } from "../../support/application-log.ts";
import { partOf } from "../../support/log-parts.ts";

const FULL = "2026-11-24 14:58:14.000 UTC [7] FATAL:  sorry, too many clients already\n";
const POOL = "2026-11-24T15:10:00Z Error: timeout exceeded when trying to connect\n";
const SERVER = "2026-11-24T15:10:00Z Error: sorry, too many clients already\n";

const application = (text: string) => read("app.log", text, applicationLog);

function postgres(text: string): ReadLog {
  const format = postgresLogs.find(({ id }) => id === "postgres-stderr");
  if (format === undefined) throw new Error("there is a reader of stderr");
  return read("postgresql.log", text, format);
}

function read(path: string, text: string, format: LogFormat): ReadLog {
  const dialect = format === applicationLog ? applicationDialect : format.detect({ text, prefixes: [] })?.dialect;
  if (dialect === undefined) throw new Error("the text is not of this format");
  const part = partOf({ format, dialect, bytes: Buffer.from(text) });
  const { bytes, lines } = part.tally;
  return {
    dialect,
    part,
    files: [{ path, bytes, lines, compression: null }],
    unparsedExamples: [],
    notices: [],
    applicationLogs: applicationLogOf(path, dialect, part),
  };
}

describe("applicationLogOf", () => {
  it("says how much was read, what was found, and over which time", () => {
    expect(application(applicationText("node.log")).applicationLogs).toEqual([
      {
        path: "app.log",
        bytes: Buffer.byteLength(applicationText("node.log")),
        lines: 313,
        matches: 14,
        from: "2026-11-24T14:58:12.463Z",
        to: "2026-11-24T14:58:16.824Z",
      },
    ]);
  });

  it("knows no time where there is none, and nothing of a server's log", () => {
    expect(application("listening\n").applicationLogs).toMatchObject([{ matches: 0, from: null, to: null }]);
    expect(postgres(FULL.repeat(3)).applicationLogs).toEqual([]);
  });
});

describe("withApplicationLogs", () => {
  it("adds what a pool tells, and nothing to the numbers of the server's log", () => {
    const server = postgres(FULL.repeat(3));
    const { bytes, lines, events } = server.part.tally;
    const window = [server.part.digest.firstMs, server.part.digest.lastMs];
    const both = withApplicationLogs(server, application(POOL.repeat(2)));
    expect(refusalsOf(both.part)).toEqual(["2 pool-timeout node-postgres", "3 too-many-clients"]);
    expect(both.part.tally).toMatchObject({ bytes, lines, events });
    expect([both.part.digest.firstMs, both.part.digest.lastMs]).toEqual(window);
    expect(both.files.map(({ path }) => path)).toEqual(["postgresql.log"]);
    expect(both.applicationLogs).toMatchObject([{ path: "app.log", matches: 2 }]);
    expect(both.dialect.format).toBe("postgres-stderr");
  });

  it("does not count what the server refused a second time as its clients tell it", () => {
    const both = withApplicationLogs(postgres(FULL.repeat(3)), application(SERVER + POOL + SERVER));
    expect(refusalsOf(both.part)).toEqual(["1 pool-timeout node-postgres", "3 too-many-clients"]);
  });

  it("takes it from the clients where the server's log has none of it", () => {
    const quiet = "2026-11-24 14:58:14.000 UTC [7] LOG:  database system is ready to accept connections\n";
    const both = withApplicationLogs(postgres(quiet.repeat(3)), application(SERVER.repeat(2)));
    expect(refusalsOf(both.part)).toEqual(["2 too-many-clients"]);
  });

  it("puts logs of applications together as one", () => {
    const both = withApplicationLogs(application(POOL), application(SERVER + POOL));
    expect(refusalsOf(both.part)).toEqual(["1 too-many-clients", "2 pool-timeout node-postgres"]);
    expect(both.part.tally.lines).toBe(3);
    expect([both.files.length, both.applicationLogs.length]).toEqual([2, 2]);
  });
});
