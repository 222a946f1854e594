import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import type { Analysis, Finding } from "../../src/index.ts";
import { isBuilt } from "../support/built-cli.ts";
import { markedLine, reportOf } from "../support/ran-program.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { execute } from "../support/shop.ts";

const PROGRAM = "wide-join.mjs";
/** Ten posts with twelve comments and ten tags each, 1,200 rows together; authors and visits are no product. */
const SCHEMA = [
  "create table posts (id int primary key, title text)",
  "create table authors (id int primary key)",
  "create table comments (id int primary key, post_id int references posts, author int references authors)",
  "create table tags (id int primary key, post_id int references posts, name text)",
  "create table visits (id int primary key, post_id int references posts, author int references authors)",
  "insert into posts select i, 'same' from generate_series(1, 10) i",
  "insert into authors select i from generate_series(1, 7) i",
  "insert into comments select i, 1 + i % 10, 1 + i % 7 from generate_series(1, 120) i",
  "insert into tags select i, 1 + i % 10, 't' || i % 3 from generate_series(1, 100) i",
  "insert into visits select i, 1 + i % 10, 1 + i % 7 from generate_series(1, 1200) i",
];

const [live] = liveServers().filter(({ available }) => available);

describeIf(isBuilt && live !== undefined, "it needs npm run build and a server")("dbperf run and eager joins", () => {
  let server: PostgresServer;
  let scratch: string;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "dbperf-live-"));
    if (live === undefined) throw new Error("there is a server");
    server = await live.start();
    await execute(server.url("postgres"), SCHEMA);
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it.each([
    ["pg", "joined", 1200, 10],
    ["postgres", "joined", 1200, 10],
    ["knex", "joined", 1200, 10],
    ["sequelize", "joined", 1200, 10],
    ["sequelize", "limited", 1080, 9],
    ["objection", "joined", 1200, 10],
    ["drizzle", "joined", 1200, 10],
    ["typeorm", "joined", 1200, 10],
  ])("names the line and the entities of two has-many relations by %s, %s", (library, form, rows, entities) => {
    const { analysis } = reported(library, form);
    expect(wideJoins(analysis)).toMatchObject([
      {
        ruleId: "cartesian-explosion",
        confidence: "measured",
        subject: { callSite: { file: PROGRAM, line: markedLine(PROGRAM, library) } },
        evidence: [{ value: rows }, { value: 1 }, { value: entities }, {}],
      },
    ]);
  });

  it.each([
    ["knex", "separate"],
    ["sequelize", "separate"],
    ["objection", "separate"],
    ["typeorm", "separate"],
    ["pg", "chain"],
    ["pg", "keyless"],
    ["pg", "names"],
    ["pg", "twice"],
  ])("is quiet for %s, %s", (library, form) => {
    const { analysis, programOutput } = reported(library, form);
    expect(programOutput).toBe("done\n");
    expect(analysis.statements?.calls).toBeGreaterThanOrEqual(1);
    expect(wideJoins(analysis)).toEqual([]);
  });

  function wideJoins({ findings }: Analysis): Finding[] {
    return findings.filter(({ ruleId }) => ruleId === "cartesian-explosion");
  }

  function reported(library: string, form: string) {
    return reportOf(scratch, { DATABASE_URL: server.url("postgres") }, PROGRAM, library, form);
  }
});
