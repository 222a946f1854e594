/** Every error that a user can mend: what happened, why, and what to run next. `{name}` marks a parameter. */
export const ERRORS = {
  usage: { exitCode: 2, message: "{problem}", help: "Run dbperf {command} --help." },
  "no-target": {
    exitCode: 2,
    message: "No database was named.",
    help: "Give a URL (dbperf analyze postgres://user@host/db), set DATABASE_URL or PGHOST, PGUSER and PGDATABASE, or name a target of dbperf.config.yaml.",
  },
  "unknown-target": {
    exitCode: 2,
    message: "“{target}” is neither a database URL, nor a file, nor a target of the configuration ({known}).",
    help: "Write postgres://user@host:5432/database, or add it under `targets` in dbperf.config.yaml.",
  },
  "unknown-scheme": {
    exitCode: 2,
    message: "dbperf cannot connect to “{scheme}” databases.",
    help: "Known schemes: {known}.",
  },
  "bad-url": {
    exitCode: 2,
    message: "The database URL cannot be read: {problem}.",
    help: "Expected form: postgres://user:password@host:5432/database?sslmode=verify-full (percent-encode special characters in the password).",
  },
  "service-not-found": {
    exitCode: 2,
    message: "The service “{service}” is not defined in {files}.",
    help: "Add a [{service}] section there, or unset PGSERVICE.",
  },
  "password-command-failed": {
    exitCode: 2,
    message: "The passwordCommand of target “{target}” failed: {problem}.",
    help: "Run the command by hand; it must print the password on standard output and exit 0.",
  },
  "config-invalid": {
    exitCode: 2,
    message: "{file} is not a valid configuration: {problem}",
    help: "Run dbperf config show --origin to see what is in force; docs/configuration.md lists every key.",
  },
  "suppressions-invalid": {
    exitCode: 2,
    message: "{file} is not a valid suppression file: {problem}",
    help: "Each entry needs `key` and `reason`, and may have `until: YYYY-MM-DD`.",
  },
  "unknown-rule": {
    exitCode: 2,
    message: "There is no rule “{rule}”.",
    help: "Run dbperf rules to list them{suggestion}.",
  },
  "input-not-found": { exitCode: 2, message: "{file} does not exist.", help: "Check the path." },
  "input-unreadable": {
    exitCode: 2,
    message: "{file} cannot be read: {problem}.",
    help: "Check the path and its permissions.",
  },
  "input-empty": {
    exitCode: 2,
    message: "{file} is empty.",
    help: "Save a capture with dbperf capture -o FILE, or analyze --save-capture FILE.",
  },
  "input-foreign": {
    exitCode: 2,
    message: "{file} is not a dbperf capture: {problem}.",
    help: "Save one with dbperf capture -o FILE.",
  },
  "input-newer": {
    exitCode: 2,
    message: "{file} has capture format {found}; this dbperf reads up to {known}.",
    help: "Update dbperf: npm install -g dbperf@latest.",
  },
  "log-empty": {
    exitCode: 2,
    message: "{file} holds no text.",
    help: "Check the path, and that the server logs there: show log_directory (PostgreSQL), select @@slow_query_log, @@slow_query_log_file (MySQL, MariaDB).",
  },
  "log-foreign": {
    exitCode: 2,
    message: "{file} is no log that dbperf knows: {problem}.",
    help: "It reads PostgreSQL's stderr, csvlog and jsonlog, the slow log of MySQL and MariaDB, and InnoDB status. For PostgreSQL's stderr give what show log_line_prefix says: dbperf logs --prefix '%m [%p] ' FILE. A log of an application is given as --app-log FILE.",
  },
  "log-mixed": {
    exitCode: 2,
    message: "{first} is {firstFormat} and {second} is {secondFormat}: one run reads one format.",
    help: "The same events in two formats would count twice. Give the files of one format; other servers get runs of their own (--save-digest), put together by dbperf logs --merge; logs of applications are given as --app-log.",
  },
  "prefix-unfit": {
    exitCode: 2,
    message: "The prefix “{prefix}” fits {percent} % of the first lines of {file}.",
    help: "Give exactly what show log_line_prefix says, with its last space, or leave --prefix out to have it detected.",
  },
  "digest-foreign": {
    exitCode: 2,
    message: "{file} is not a saved digest: {problem}.",
    help: "Save one with dbperf logs FILE --save-digest DIGEST, then: dbperf logs --merge DIGEST….",
  },
  "traces-empty": {
    exitCode: 2,
    message: "{file} holds no spans.",
    help: "Check the path, and that the application is instrumented and the exporter of the collector writes traces there.",
  },
  "traces-foreign": {
    exitCode: 2,
    message: "{file} holds no traces that dbperf reads: {problem}.",
    help: "It reads OTLP, as JSON or protobuf, plain or gz: what the collector's file exporter writes. Or send traces to dbperf itself: dbperf traces --listen 127.0.0.1:4318.",
  },
  "listen-failed": {
    exitCode: 2,
    message: "dbperf cannot listen on {address}: {problem}.",
    help: "Name another address or port, such as --listen 127.0.0.1:4319, and set OTEL_EXPORTER_OTLP_ENDPOINT of the application to it.",
  },
  "decompressor-missing": {
    exitCode: 2,
    message: "{file} is compressed, and the program {program} that reads it is not installed.",
    help: "Install it ({install}), or decompress the file first.",
  },
  "log-positions-damaged": {
    exitCode: 2,
    message: "{file} does not hold the positions of followed logs: {problem}.",
    help: "Delete it (rm {file}): the logs that it names are then read from their beginning again.",
  },
  "output-unwritable": {
    exitCode: 2,
    message: "{file} cannot be written: {problem}.",
    help: "Check that the folder exists and that you may write to it.",
  },
  "finding-not-found": {
    exitCode: 2,
    message: "No finding starts with “{key}” in {where}.",
    help: "Run dbperf analyze first, then copy a key from its report.",
  },
  "finding-ambiguous": {
    exitCode: 2,
    message: "“{key}” fits {count} findings: {keys}.",
    help: "Add more letters of the key.",
  },
  "connection-refused": {
    exitCode: 3,
    message: "{host}:{port} refuses connections.",
    help: "Is the server running and listening there? Try: pg_isready -h {host} -p {port}",
  },
  "host-unknown": {
    exitCode: 3,
    message: "The host name {host} is not known.",
    help: "Check the spelling, and the DNS of this machine: getent hosts {host}",
  },
  "host-unreachable": {
    exitCode: 3,
    message: "{host}:{port} did not answer ({problem}).",
    help: "Check firewall, VPN and port; raise the limit with --timeout or connect_timeout in the URL.",
  },
  "socket-missing": {
    exitCode: 3,
    message: "There is no server socket at {path}.",
    help: "Is the server running? Give the host with postgres://localhost:5432/… to connect by TCP.",
  },
  "password-wrong": {
    exitCode: 3,
    message: "The server rejected the password of {user}.",
    help: "Check PGPASSWORD, ~/.pgpass or the URL (percent-encode special characters).",
  },
  "password-missing": {
    exitCode: 3,
    message: "The server asks for a password of {user}, and none was given.",
    help: "Set PGPASSWORD, add a line to ~/.pgpass, or put it in the target's passwordCommand.",
  },
  "login-refused": {
    exitCode: 3,
    message: "The server does not let {user} in: {problem}.",
    help: "Check pg_hba.conf on the server, and that the role may log in: alter role {user} login;",
  },
  "database-missing": {
    exitCode: 3,
    message: "There is no database “{database}” on {host}:{port}.",
    help: "List them: psql -h {host} -p {port} -U {user} -l",
  },
  "connect-denied": {
    exitCode: 3,
    message: "{user} may not connect to database “{database}”.",
    help: "grant connect on database {databaseIdentifier} to {userIdentifier};",
  },
  "tls-refused": {
    exitCode: 3,
    message: "{host}:{port} does not offer TLS.",
    help: "If the network between is trusted, say so with ?sslmode=disable; otherwise turn on ssl on the server.",
  },
  "tls-required": {
    exitCode: 3,
    message: "{host}:{port} takes only TLS connections: {problem}.",
    help: "Use ?sslmode=verify-full&sslrootcert=FILE (or sslmode=require to encrypt without checking who answers).",
  },
  "tls-failed": {
    exitCode: 3,
    message: "TLS with {host}:{port} failed: {problem}.",
    help: "Give the server's certificate authority with ?sslrootcert=FILE, or check the host name in the URL against the certificate.",
  },
  "too-many-connections": {
    exitCode: 3,
    message: "{host}:{port} has no connection slot left: {problem}.",
    help: "Connect as a role with a reserved slot (pg_use_reserved_connections on 16+, or a superuser), or through pgbouncer; then run dbperf analyze to see who holds them.",
  },
  "server-starting": { exitCode: 3, message: "{host}:{port} is not ready: {problem}.", help: "Try again in a moment." },
  "not-the-server": {
    exitCode: 3,
    message: "What answers at {host}:{port} is not {engine}: {problem}.",
    help: "Check the port.",
  },
  "version-unsupported": {
    exitCode: 3,
    message: "{host}:{port} runs {engine} {version}; dbperf needs {minimum} or later.",
    help: "Upgrade the server: that version has no security updates any more.",
  },
  "connection-failed": {
    exitCode: 3,
    message: "Connecting to {host}:{port} failed: {problem}.",
    help: "Run dbperf doctor with the same target for more.",
  },
  "connection-lost": {
    exitCode: 3,
    message: "The connection to {host}:{port} was lost: {problem}.",
    help: "Look into the server's log; then run the command again.",
  },
  "store-unwritable": {
    exitCode: 5,
    message: "The store {file} cannot be written: {problem}.",
    help: "Name another with --store FILE, or run with --no-store.",
  },
  "store-newer": {
    exitCode: 5,
    message: "The store {file} has format {found}; this dbperf knows up to {known}.",
    help: "Update dbperf (npm install -g dbperf@latest), or name another store with --store FILE.",
  },
  "store-foreign": {
    exitCode: 5,
    message: "{file} is not a dbperf store: {problem}.",
    help: "Name another file with --store FILE.",
  },
  "store-empty": { exitCode: 2, message: "The store {file} holds no snapshot{of}.", help: "Run dbperf analyze first." },
  "run-command-missing": {
    exitCode: 2,
    message: "No program was named after --.",
    help: "Put what is to be run behind two dashes: dbperf run -- node app.js, or dbperf run --fail-on n-plus-one -- npm test.",
  },
  "run-not-started": {
    exitCode: 2,
    message: "{program} cannot be started: {problem}.",
    help: "Check the spelling, and that the program is in PATH: command -v {program}",
  },
  "demo-failed": { exitCode: 3, message: "The demo server could not be started: {problem}.", help: "{next}" },
} as const satisfies Record<string, { exitCode: number; message: string; help: string }>;

export type ErrorCode = keyof typeof ERRORS;
