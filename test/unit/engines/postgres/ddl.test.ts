import { describe, expect, it } from "vitest";
import { ddl } from "../../../../src/engines/postgres/ddl.ts";
import { setupHosts } from "../../../../src/engines/postgres/setup.ts";
import type { Action } from "../../../../src/model/recommendation.ts";

const orders = { schema: "public", name: "orders" };
const index = { schema: "Sales", name: "user" };

describe("ddl", () => {
  it.each<[Action, string | null]>([
    [
      { kind: "create-index", table: orders, columns: ["customer_id", "order"] },
      'create index concurrently on orders (customer_id, "order");',
    ],
    [{ kind: "drop-index", index, table: orders }, 'drop index concurrently "Sales"."user";'],
    [{ kind: "reindex", index, table: orders }, 'reindex index concurrently "Sales"."user";'],
    [{ kind: "analyze-table", table: orders }, "analyze orders;"],
    [{ kind: "vacuum-table", table: orders }, "vacuum (analyze) orders;"],
    [{ kind: "create-extension", name: "pg_stat_statements" }, "create extension if not exists pg_stat_statements;"],
    [{ kind: "end-session", pid: 4711 }, "select pg_terminate_backend(4711);"],
    [{ kind: "advice" }, null],
    [
      { kind: "set-parameter", name: "pg_stat_statements.track", value: "top", restart: false },
      "alter system set pg_stat_statements.track = 'top';\nselect pg_reload_conf();",
    ],
    [
      { kind: "set-parameter", name: "max_connections", value: "200", restart: true },
      "alter system set max_connections = '200'; -- then restart the server",
    ],
    [
      {
        kind: "set-parameter",
        name: "shared_preload_libraries",
        value: "auto_explain, pg_stat_statements",
        restart: true,
      },
      "alter system set shared_preload_libraries = 'auto_explain', 'pg_stat_statements'; -- then restart the server",
    ],
  ])("renders %o", (action, text) => {
    expect(ddl.render(action)).toBe(text);
  });
});

describe("setupHosts", () => {
  it("has every host once", () => {
    expect(setupHosts.map(({ id }) => id)).toEqual(["self", "rds", "aurora", "cloudsql", "azure", "supabase", "neon"]);
  });

  it.each(setupHosts)("writes a least-privilege role for $id", ({ script }) => {
    const text = script({ role: "db perf", database: "shop" });
    const statements = text.split("\n").filter((line) => line !== "" && !line.startsWith("--"));
    expect(statements).toEqual([
      "create extension if not exists pg_stat_statements;",
      'create role "db perf" login;',
      'grant pg_monitor to "db perf";',
      'grant connect on database shop to "db perf";',
      "do $dbperf$ begin",
      `  execute (select format('grant usage on schema %I to "db perf"', n.nspname)`,
      "             from pg_extension e join pg_namespace n on n.oid = e.extnamespace",
      "            where e.extname = 'pg_stat_statements');",
      "end $dbperf$;",
    ]);
  });
});
