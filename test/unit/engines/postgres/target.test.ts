import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../../src/engines/engine.ts";
import { passwordSource } from "../../../../src/engines/postgres/password.ts";
import { isNamedByEnvironment, resolveTarget } from "../../../../src/engines/postgres/target.ts";
import { DbperfError } from "../../../../src/errors/index.ts";

let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "dbperf-target-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function environment(variables: Environment["variables"] = {}): Environment {
  return { variables, homeDirectory: home, userName: "ada" };
}

function resolve(url: string | null, variables: Environment["variables"] = {}, sockets: readonly string[] = []) {
  return resolveTarget({ url }, environment(variables), (path) => sockets.includes(path));
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && "code" in error) return `${String(error.code)}: ${error.message}`;
  }
  return "no error";
}

describe("resolveTarget", () => {
  it("reads every part of a URL", () => {
    expect(resolve("postgresql://bob:p%40ss@db.example:6000/shop")).toMatchObject({
      host: "db.example",
      port: 6000,
      user: "bob",
      password: "p@ss",
      database: "shop",
    });
  });

  it("fills gaps with libpq's defaults", () => {
    expect(resolve("postgres://")).toMatchObject({
      host: "localhost",
      port: 5432,
      user: "ada",
      database: "ada",
      password: null,
    });
  });

  it("takes the socket that is there for the default host", () => {
    expect(resolve(null, {}, ["/var/run/postgresql/.s.PGSQL.5432"]).host).toBe("/var/run/postgresql");
    expect(resolve(null, { PGPORT: "5433" }, ["/var/run/postgresql/.s.PGSQL.5432"]).host).toBe("localhost");
  });

  it.each(["postgresql:///shop?host=/tmp", "postgres://%2Ftmp/shop"])("reads a socket directory from %s", (url) => {
    expect(resolve(url)).toMatchObject({ host: "/tmp", database: "shop" });
  });

  it("reads an IPv6 address", () => {
    expect(resolve("postgres://[::1]:5433/shop")).toMatchObject({ host: "::1", port: 5433 });
  });

  it("reads user, password, port and dbname from the query part, “+” as it is", () => {
    expect(resolve("postgres://h/?user=u&password=a+b&port=7&dbname=d")).toMatchObject({
      user: "u",
      password: "a+b",
      port: 7,
      database: "d",
    });
  });

  it("lets the URL win over variables, and variables fill its gaps", () => {
    const variables = { PGHOST: "other", PGUSER: "eve", PGPASSWORD: "pw", PGDATABASE: "x" };
    expect(resolve("postgres://bob@h/shop", variables)).toMatchObject({
      host: "h",
      user: "bob",
      password: "pw",
      database: "shop",
    });
  });

  it("takes DATABASE_URL where no URL is given, and leaves that of another engine alone", () => {
    expect(resolve(null, { DATABASE_URL: "postgres://bob@h/shop" }).host).toBe("h");
    expect(resolve("postgres://mine/db", { DATABASE_URL: "postgres://bob@h/shop" }).host).toBe("mine");
    expect(resolve(null, { DATABASE_URL: "mysql://bob@h/shop", PGHOST: "pg" }).host).toBe("pg");
  });

  it("reads the limit for connecting in seconds; zero is none", () => {
    expect(resolve("postgres://h/db").connectTimeoutMs).toBe(10_000);
    expect(resolve("postgres://h/db?connect_timeout=3").connectTimeoutMs).toBe(3000);
    expect(resolve("postgres://h/db", { PGCONNECT_TIMEOUT: "0" }).connectTimeoutMs).toBe(0);
    // A longer delay would fire at once.
    expect(resolve("postgres://h/db?connect_timeout=99999999").connectTimeoutMs).toBeLessThan(2 ** 31);
  });

  it.each([
    ["postgres://u:p#w@h/db", "%23"],
    ["postgres://u:secret@h:port/db", "well-formed"],
    ["postgres://u:secret@h:99999/db", "well-formed"],
    ["postgres://u:secret@h1,h2/db", "several hosts"],
    ["postgres://u:secret@h1:5432,h2:5432/db", "several hosts"],
    ["postgres://u:secret@h/db?connect_timeout=soon", "whole number"],
    ["postgres://u:secret@h/db?sslmode=always", "sslmode"],
    ["mysql://u:secret@h/db", "postgres://"],
  ])("refuses %s and does not repeat the password", (url, problem) => {
    const said = codeOf(() => resolve(url));
    expect(said).toMatch(/^bad-url: /);
    expect(said).toContain(problem);
    expect(said).not.toContain("secret");
  });

  it("reads a service, whose values run to the end of the line", () => {
    const file = join(home, "services.conf");
    writeFileSync(
      file,
      "# c\n[other]\nhost=o\n[prod.db]\nhost = svc\nport=6543\ndbname=shop\npassword=a#b;c\n[last]\nuser=z\n",
    );
    const variables = { PGSERVICEFILE: file, PGHOST: "variable", PGUSER: "vera" };
    expect(resolve("postgres://?service=prod.db", variables)).toMatchObject({
      host: "svc",
      port: 6543,
      user: "vera",
      database: "shop",
      password: "a#b;c",
    });
    expect(resolve("postgres://url/?service=prod.db", variables).host).toBe("url");
    expect(resolve(null, { ...variables, PGSERVICE: "other" }).host).toBe("o");
  });

  it("names the files where a service is missing", () => {
    const said = codeOf(() => resolve(null, { PGSERVICE: "gone", PGSYSCONFDIR: "/nowhere" }));
    expect(said).toContain("service-not-found");
    expect(said).toContain(`${home}/.pg_service.conf and /nowhere/pg_service.conf`);
  });
});

describe("isNamedByEnvironment", () => {
  it.each([{ DATABASE_URL: "postgres://h/d" }, { PGHOST: "h" }, { PGSERVICE: "s" }, { PGDATABASE: "d" }])(
    "sees %o",
    (variables) => {
      expect(isNamedByEnvironment(environment(variables))).toBe(true);
    },
  );

  it.each([{}, { DATABASE_URL: "mysql://h/d" }, { PGPASSWORD: "x" }, { PGHOST: "" }])(
    "does not see %o",
    (variables) => {
      expect(isNamedByEnvironment(environment(variables))).toBe(false);
    },
  );
});

describe("passwordSource", () => {
  const noCommand = { name: null, passwordCommand: null };

  async function passwordOf(lines: string, mode: number, url = "postgres://bob@h:5433/shop"): Promise<string> {
    const file = join(home, "pgpass");
    writeFileSync(file, lines);
    chmodSync(file, mode);
    const target = resolve(url, { PGPASSFILE: file });
    return (await passwordSource(noCommand, target, environment()))();
  }

  it("finds the first line of .pgpass that fits", async () => {
    expect(await passwordOf("# c\nx:*:*:*:no\nh:5433:shop:bob:a\\:b:c\\\\\nh:*:*:*:later", 0o600)).toBe("a:b:c\\");
    expect(await passwordOf("localhost:*:*:*:sock", 0o600, "postgres://bob@/shop?host=/tmp")).toBe("sock");
  });

  it("prefers the URL's own password", async () => {
    expect(await passwordOf("*:*:*:*:file", 0o600, "postgres://bob:url@h/shop")).toBe("url");
  });

  it("asks for a password where no line fits", async () => {
    await expect(passwordOf("h:5434:shop:bob:x\n", 0o600)).rejects.toMatchObject({ code: "password-missing" });
  });

  it("ignores a file that others may read, and says so", async () => {
    const said = await failure(passwordOf("*:*:*:*:x\n", 0o644));
    expect(said).toContain("password-missing");
    expect(said).toContain("chmod 600");
  });

  it("runs passwordCommand with the given environment and cuts the line break", async () => {
    const spec = { name: "prod", passwordCommand: 'printf "%s\\n" "$SECRET"' };
    const source = await passwordSource(spec, resolve("postgres://u:url@h/d"), environment({ SECRET: "s 3" }));
    expect(source()).toBe("s 3");
  });

  it.each([
    ["echo hunter2; echo denied >&2; exit 4", "exit code 4, “denied”"],
    ["true", "it printed nothing"],
  ])("says why passwordCommand %s failed, without what it printed", async (passwordCommand, problem) => {
    const run = passwordSource({ name: "prod", passwordCommand }, resolve("postgres://h/d"), environment());
    const said = await failure(run);
    expect(said).toContain("password-command-failed");
    expect(said).toContain(problem);
    expect(said).not.toContain("hunter2");
  });
});

async function failure(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof DbperfError) return `${error.code}: ${error.message} ${error.help}`;
  }
  return "no error";
}
