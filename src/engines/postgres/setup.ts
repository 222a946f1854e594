import { quoteIdentifier, quoteLiteral } from "../../sql/identifiers.ts";
import type { SetupHost } from "../engine.ts";

interface HostFacts {
  readonly id: string;
  readonly name: string;
  /** Who may run the script there. */
  readonly admin: string;
  /** How pg_stat_statements gets loaded, line by line. */
  readonly preload: readonly string[];
  /** Where to connect, and what else differs. */
  readonly notes: readonly string[];
}

const HOSTS: readonly HostFacts[] = [
  {
    id: "self",
    name: "your own server",
    admin: "a superuser",
    preload: [
      "See what is loaded: show shared_preload_libraries;",
      "Where pg_stat_statements is missing, add it to what is there, then restart the server:",
      "  alter system set shared_preload_libraries = 'pg_stat_statements';",
    ],
    notes: ["Times of reads and writes appear with: alter system set track_io_timing = on; select pg_reload_conf();"],
  },
  {
    id: "rds",
    name: "Amazon RDS for PostgreSQL",
    admin: "the master user (rds_superuser)",
    preload: [
      "In the DB parameter group of the instance (not a default one, which cannot be changed) set",
      "  shared_preload_libraries = pg_stat_statements   (keep what is there; then reboot the instance)",
    ],
    notes: [
      "track_io_timing = 1 in the same group shows the times of reads and writes.",
      "Connect with sslmode=verify-full&sslrootcert=global-bundle.pem (truststore.pki.rds.amazonaws.com).",
    ],
  },
  {
    id: "aurora",
    name: "Amazon Aurora PostgreSQL",
    admin: "the master user (rds_superuser)",
    preload: [
      "In the DB cluster parameter group set",
      "  shared_preload_libraries = pg_stat_statements   (keep what is there; then reboot the writer)",
    ],
    notes: [
      "Each instance counts for itself: analyze the writer's endpoint and each reader's.",
      "Connect with sslmode=verify-full&sslrootcert=global-bundle.pem (truststore.pki.rds.amazonaws.com).",
    ],
  },
  {
    id: "cloudsql",
    name: "Google Cloud SQL for PostgreSQL",
    admin: "a user with cloudsqlsuperuser (postgres)",
    preload: ["pg_stat_statements is loaded already; nothing to set."],
    notes: [
      "Flags such as track_io_timing are set with: gcloud sql instances patch INSTANCE --database-flags=…",
      "That command replaces all flags of the instance: name those that it has, too.",
    ],
  },
  {
    id: "azure",
    name: "Azure Database for PostgreSQL (flexible server)",
    admin: "the server's administrator (azure_pg_admin)",
    preload: [
      "In the server parameters allow PG_STAT_STATEMENTS under azure.extensions,",
      "  see that shared_preload_libraries has pg_stat_statements (a change needs a restart),",
      "  and set pg_stat_statements.track = TOP where it is NONE.",
    ],
    notes: ["Behind the built-in pgbouncer (port 6432) dbperf works too; port 5432 goes to the server itself."],
  },
  {
    id: "supabase",
    name: "Supabase",
    admin: "postgres (the SQL editor)",
    preload: ["pg_stat_statements is loaded already, and its extension lives in the schema extensions."],
    notes: [
      "Connect directly (db.PROJECT.supabase.co:5432), or through the pooler as user ROLE.PROJECT.",
      "Column statistics and plans need section 3.",
    ],
  },
  {
    id: "neon",
    name: "Neon",
    admin: "a role made in the console (neon_superuser)",
    preload: ["pg_stat_statements is loaded already; nothing to set."],
    notes: [
      "Counters are lost when the compute is suspended: analyze after some hours of work.",
      "Connect to the host name without -pooler.",
    ],
  },
];

/** Managed hosts and `self`, each with the script that makes a least-privilege role there. */
export const setupHosts: readonly SetupHost[] = HOSTS.map((host) => ({
  id: host.id,
  name: host.name,
  script: ({ role, database }) => script(host, quoteIdentifier(role), quoteIdentifier(database)),
}));

/** Grants the use of whatever schema pg_stat_statements lives in; a plain block, because some consoles are no psql. */
function extensionUsage(role: string): string[] {
  const grant = quoteLiteral(`grant usage on schema %I to ${role.replaceAll("%", "%%")}`).trim();
  return [
    "do $dbperf$ begin",
    `  execute (select format(${grant}, n.nspname)`,
    "             from pg_extension e join pg_namespace n on n.oid = e.extnamespace",
    "            where e.extname = 'pg_stat_statements');",
    "end $dbperf$;",
  ];
}

function script(host: HostFacts, role: string, database: string): string {
  return [
    ...comment([
      `A least-privilege role for dbperf on ${host.name}.`,
      `Run it with psql as ${host.admin}, connected to the database ${database}.`,
    ]),
    "",
    ...comment(["1. Statement statistics.", ...host.preload]),
    "create extension if not exists pg_stat_statements;",
    "",
    ...comment(["2. The role. It sees statistics, sessions and settings, and no row of any table."]),
    `create role ${role} login;`,
    ...comment([`Give it a password; psql asks for it, so that it is in no log: \\password ${role}`]),
    `grant pg_monitor to ${role};`,
    `grant connect on database ${database} to ${role};`,
    ...comment(["The extension may live in any schema."]),
    ...extensionUsage(role),
    "",
    ...comment([
      "3. Optional: plans and column statistics. EXPLAIN and pg_stats need SELECT on the tables; dbperf explains, it",
      "does not read their rows. For each schema that your program uses:",
      `  grant usage on schema public to ${role};`,
      `  grant select on all tables in schema public to ${role};`,
      `  alter default privileges in schema public grant select on tables to ${role};`,
      "Plans of INSERT, UPDATE and DELETE stay out of sight: they need the right to write.",
    ]),
    "",
    ...comment([...host.notes, "Check what the role sees: dbperf doctor"]),
    "",
  ].join("\n");
}

function comment(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `-- ${line}`);
}
