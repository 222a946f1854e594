import { describe, expect, it } from "vitest";
import { planGaps } from "../../../../src/engines/postgres/collectors/plan-gaps.ts";
import { mayBeCaptured } from "../../../../src/engines/postgres/collectors/settings.ts";
import {
  type StatementExtension,
  statementsAbsence,
} from "../../../../src/engines/postgres/collectors/statement-extension.ts";
import { SAMPLE_TARGET } from "../../../support/sample-capture.ts";

const extension: StatementExtension = {
  version: "1.10",
  schema: "public",
  mayUseSchema: true,
  isLoaded: true,
  preloadedLibraries: "auto_explain, pg_stat_statements",
  database: "shop",
  now: "2026-11-23T09:40:00.000Z",
  timesBlocks: true,
  computesQueryIds: true,
  tracks: true,
};

function refused(code: string, message: string, kind: "select" | "update" = "select") {
  return { kind, error: Object.assign(new Error(message), { code }) };
}

const session = { target: { ...SAMPLE_TARGET, user: "mon" } };

describe("statementsAbsence", () => {
  it("asks for the use of the extension's schema where the role may not look into it", () => {
    const absence = statementsAbsence({ ...extension, schema: "ext", mayUseSchema: false }, session);
    expect(absence).toEqual({
      status: "absent",
      reason: "permission-denied",
      hint: "grant usage on schema ext to mon;\ngrant pg_monitor to mon;",
    });
  });

  it("is silent where statements can be read", () => {
    expect(statementsAbsence(extension, session)).toBeNull();
  });

  it("asks for the extension alone where the library is loaded", () => {
    const hint = "create extension pg_stat_statements;";
    expect(statementsAbsence({ ...extension, version: null }, session)).toEqual({
      status: "absent",
      reason: "extension-missing",
      hint,
    });
  });

  it("keeps the libraries that are there, each as a literal of its own", () => {
    const absence = statementsAbsence({ ...extension, isLoaded: false, preloadedLibraries: "auto_explain" }, session);
    expect(absence?.reason).toBe("setting-off");
    expect(absence?.hint).toContain(
      "alter system set shared_preload_libraries = 'auto_explain', 'pg_stat_statements';",
    );
  });
});

describe("planGaps", () => {
  it("has none without refusals", () => {
    expect(planGaps([], "mon", [])).toEqual([]);
  });

  it("names what to grant, once for each relation", () => {
    const denied = [
      refused("42501", "permission denied for table orders"),
      refused("42501", "permission denied for table orders"),
      refused("42501", "permission denied for table Odd"),
    ];
    const [gap] = planGaps(denied, "mon", [{ schema: "sales", name: "orders" }]);
    expect(gap).toEqual({
      what: "plans of 3 statements",
      reason: "permission-denied",
      hint: 'grant select on "Odd", sales.orders to mon;',
    });
  });

  it("never proposes the right to write", () => {
    const [gap] = planGaps([refused("42501", "permission denied for table orders", "update")], "mon", []);
    expect(gap?.hint).not.toContain("grant");
  });

  it("keeps values out of messages", () => {
    const [gap] = planGaps([refused("22P02", 'invalid input syntax for type integer: "secret"')], "mon", []);
    expect(gap?.hint).toBe('invalid input syntax for type integer: "?"');
    const [range] = planGaps(
      [refused("22003", 'value "4111111111111111" is out of range for type integer')],
      "mon",
      [],
    );
    expect(range?.hint).toBe('value "?" is out of range for type integer');
    const [missing] = planGaps([refused("42P01", 'relation "orders" does not exist')], "mon", []);
    expect(missing?.hint).toBe('relation "orders" does not exist');
  });
});

describe("mayBeCaptured", () => {
  it.each([
    "primary_conninfo",
    "archive_command",
    "ssl_passphrase_command",
    "app.jwt_secret",
    "listen_addresses",
    "hba_file",
  ])("leaves out %s", (name) => expect(mayBeCaptured(name)).toBe(false));

  it.each(["work_mem", "max_connections", "pg_stat_statements.max", "password_encryption"])("keeps %s", (name) =>
    expect(mayBeCaptured(name)).toBe(true),
  );
});
