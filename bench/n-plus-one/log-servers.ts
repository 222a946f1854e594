import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startMariadb } from "../../test/support/mariadb.ts";
import { liveServers } from "../../test/support/servers.ts";
import { execute } from "../../test/support/shop.ts";
import { refilledTables, shopTables } from "./shop-tables.ts";

/** A server that logs every statement. */
export interface LoggingServer {
  readonly dialect: "postgres" | "mariadb";
  readonly url: string;
  /** From here on the log is kept. */
  begin(): Promise<void>;
  /** Writes what was logged since `begin`; nobody may be connected any more. */
  end(file: string): Promise<void>;
  stop(): Promise<void>;
}

const LOG_LINE_PREFIX = "%m [%p] %q%u@%d/%a ";
const FILE_NAME = "postgres.log";
const LOGGED = {
  logging_collector: "on",
  log_directory: "log",
  log_filename: FILE_NAME,
  log_rotation_age: "0",
  log_rotation_size: "0",
  log_timezone: "UTC",
  log_line_prefix: LOG_LINE_PREFIX,
  log_min_duration_statement: "0",
  log_parameter_max_length: "-1",
  max_connections: "40",
};

/** PostgreSQL with three duration lines a query and milliseconds. */
export async function startLoggingPostgres(): Promise<LoggingServer> {
  const live = liveServers().find(({ label, available }) => available && label.includes("(system)"));
  if (live === undefined) throw new Error("the bench needs a PostgreSQL server: apt-get install postgresql-15");
  const server = await live.start(LOGGED);
  const url = server.url("postgres");
  const log = join(server.dataDirectory, "log", FILE_NAME);
  await execute(url, shopTables("postgres"));
  /** The log up to a statement of our own; it is written by another process, a moment later. */
  const until = async (marker: string): Promise<string> => {
    await execute(url, [`select '${marker}'`]);
    for (;;) {
      const text = await readFile(log, "utf8");
      const at = text.indexOf(`select '${marker}'`);
      if (at >= 0 && text.endsWith("\n")) return text.slice(0, text.lastIndexOf("\n", at) + 1);
      await sleep(50);
    }
  };
  return {
    dialect: "postgres",
    url,
    begin: async () => {
      await execute(url, refilledTables("postgres"));
      await until("recording begins");
      await truncate(log, 0);
    },
    end: async (file) => writeFile(file, await until("recording ends")),
    stop: () => server.stop(),
  };
}

/** MariaDB with its slow log, whose times are whole seconds. */
export async function startLoggingMariadb(): Promise<LoggingServer> {
  const server = await startMariadb({ slow_query_log: "on", long_query_time: "0", log_slow_verbosity: "query_plan" });
  let recordings = 0;
  const file = (): string => join(server.directory, `slow-${recordings}.log`);
  await server.run("create database shop");
  await server.run(shopTables("mariadb").join(";\n"), { database: "shop" });
  return {
    dialect: "mariadb",
    url: `mysql://root@127.0.0.1:${server.port}/shop`,
    begin: async () => {
      await server.run(refilledTables("mariadb").join(";\n"), { database: "shop" });
      recordings += 1;
      await server.run(`set global slow_query_log_file = '${file()}'`);
    },
    end: async (target) => {
      const recorded = file();
      recordings += 1;
      await server.run(`set global slow_query_log_file = '${file()}'`);
      await writeFile(target, await readFile(recorded, "utf8"));
    },
    stop: () => server.stop(),
  };
}
