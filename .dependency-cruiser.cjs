/** Who may import whom: the table of docs/architecture.md. Each rule says why. */

/** Everything inside `src/<from>` may import itself, `allowed`, and nothing else of `src`. */
function folder(name, allowed, comment) {
  return {
    name: `${name}-imports`,
    comment,
    severity: "error",
    from: { path: `^src/${name}/` },
    to: { path: "^src/", pathNot: [`^src/${name}/`, ...allowed.map(target), ENGINE_LIST] },
  };
}

/** A library that lives behind one folder. */
function library(name, packages, home, comment) {
  return {
    name,
    comment,
    severity: "error",
    from: { path: "^(src|rules)/", pathNot: home },
    to: { path: `^(node_modules/)?(${packages})(/|$)` },
  };
}

/** `model` is the folder, `engines/engine.ts` the file. */
function target(name) {
  return name.endsWith(".ts") ? `^src/${name.replace(".", "\\.")}$` : `^src/${name}/`;
}

/** Guarded by its own rule, so that one wrong import has one name. */
const ENGINE_LIST = "^src/engines/index\\.ts$";

const forbidden = [
  folder("model", [], "Plain types: whoever reads a capture needs nothing else."),
  folder("util", [], "Helpers without a domain word; a domain word means the wrong folder."),
  folder("errors", ["model"], "One table of errors that every other folder can use."),
  folder("sql", ["model", "util"], "SQL text is read the same way whatever engine or log it came from."),
  folder(
    "logs",
    ["model", "errors", "util", "sql", "stats", "loops"],
    "What all log formats share knows no engine; engines bring formats.",
  ),
  folder(
    "traces",
    ["model", "errors", "util", "sql", "loops"],
    "Spans become executions within scopes and nothing more.",
  ),
  folder(
    "loops",
    ["model", "util", "sql", "stats"],
    "Order of statements within scopes, whoever saw them: no engine, no log format.",
  ),
  folder("stats", ["util"], "Pure statistics: numbers in, numbers out."),
  {
    name: "engine-imports",
    comment: "An engine ends at the capture: what comes after may not depend on the database it came from.",
    severity: "error",
    from: { path: "^src/engines/([^/]+)/", pathNot: "^src/engines/mariadb/" },
    to: {
      path: "^src/",
      pathNot: [
        ...["model", "errors", "util", "sql", "logs", "engines/engine.ts"].map(target),
        "^src/engines/$1/",
        ENGINE_LIST,
      ],
    },
  },
  {
    name: "mariadb-imports",
    comment: "MariaDB shares with MySQL what is equal, and no other engine's code.",
    severity: "error",
    from: { path: "^src/engines/mariadb/" },
    to: {
      path: "^src/",
      pathNot: [
        ...["model", "errors", "util", "sql", "logs", "engines/engine.ts"].map(target),
        "^src/engines/(mariadb|mysql)/",
        ENGINE_LIST,
      ],
    },
  },
  {
    name: "engine-port-imports",
    comment: "The port is the contract between engines and use cases: types of the model and nothing else.",
    severity: "error",
    from: { path: "^src/engines/engine\\.ts$" },
    to: { path: "^src/", pathNot: ["^src/(model|errors|util)/"] },
  },
  {
    name: "engine-list-imports",
    comment: "The list names each engine once, by its index.",
    severity: "error",
    from: { path: ENGINE_LIST },
    to: { path: "^src/", pathNot: ["^src/engines/engine\\.ts$", "^src/engines/[^/]+/index\\.ts$"] },
  },
  folder(
    "computed",
    ["model", "util", "sql", "stats"],
    "Derivations that rules share are pure functions of captures; rules get facts of the parse tree here.",
  ),
  folder(
    "detect",
    ["model", "errors", "util", "computed", "rule.ts"],
    "Detection runs the rules it is given; it knows none of them.",
  ),
  folder(
    "advise",
    ["model", "errors", "util", "sql", "computed"],
    "Advice is engine-neutral; planner and DDL reach it as arguments.",
  ),
  folder("store", ["model", "errors", "util"], "The store keeps what it is given and judges nothing."),
  folder("config", ["model", "errors", "util"], "Configuration is data; what acts on it lives in app."),
  folder(
    "change",
    ["model", "errors", "util", "engines/engine.ts"],
    "The only room that may hold a writable session, kept small.",
  ),
  folder("probe", ["model", "util", "sql"], "It runs inside the user's own process, which must not feel it."),
  folder(
    "watch",
    ["model", "errors", "util", "store"],
    "Sinks and clock are arguments, so that a night passes in a test of milliseconds.",
  ),
  {
    name: "watch-imports-store-types",
    comment: "Watching needs the shape of the store; the open store is an argument.",
    severity: "error",
    from: { path: "^src/watch/" },
    to: { path: "^src/store/", dependencyTypesNot: ["type-only", "type-import"] },
  },
  folder("report", ["model", "util"], "A report is a pure function of the analysis."),
  {
    name: "app-imports",
    comment: "Use cases never know how they were asked for.",
    severity: "error",
    from: { path: "^src/app/" },
    to: { path: "^src/(cli/|index\\.ts$|testing\\.ts$)" },
  },
  folder(
    "cli",
    ["index.ts", "report", "config", "errors", "util"],
    "The command line is one user of the public API, without a back door.",
  ),
  {
    name: "rule-face-imports",
    comment: "What rule authors import may not pull in an engine, a parser or a store.",
    severity: "error",
    from: { path: "^src/rule\\.ts$" },
    to: { path: "^src/", pathNot: ["^src/(model|computed|util)/"] },
  },
  {
    name: "testing-face-imports",
    comment: "Rule tests run a rule over built captures: no server, no files.",
    severity: "error",
    from: { path: "^src/testing(-builders|-log-builders|-loop-builders)?\\.ts$" },
    to: {
      path: "^src/",
      pathNot: [
        "^src/(model|computed|detect|util)/",
        "^src/(rule|testing-builders|testing-log-builders|testing-loop-builders)\\.ts$",
      ],
    },
  },
  {
    name: "testing-face-core",
    comment: "Rule authors bring their own test runner: node:assert is all that ours needs.",
    severity: "error",
    from: { path: "^src/testing(-builders|-log-builders|-loop-builders)?\\.ts$" },
    to: { dependencyTypes: ["core"], pathNot: "^(node:)?assert(/strict)?$" },
  },
  {
    name: "index-face-imports",
    comment: "The public API is the use cases and the types they speak.",
    severity: "error",
    from: { path: "^src/index\\.ts$" },
    to: { path: "^src/", pathNot: ["^src/(app|model|errors)/", "^src/rule\\.ts$"] },
  },
  {
    name: "rule-imports",
    comment: "A rule is a pure function of artifacts: it sees the rule face, types, shared derivations and helpers.",
    severity: "error",
    from: { path: "^rules/[^/]+/" },
    to: { path: "^src/", pathNot: ["^src/rule\\.ts$", "^src/(model|computed|util)/"] },
  },
  {
    name: "rule-imports-no-rule",
    comment: "Rules can be switched off one by one; what two rules need belongs in computed.",
    severity: "error",
    from: { path: "^rules/([^/]+)/" },
    to: { path: "^rules/", pathNot: ["^rules/$1/"] },
  },
  {
    name: "rule-imports-no-core",
    comment: "Files, clock, network and randomness would break replay.",
    severity: "error",
    from: { path: "^rules/" },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "rule-list-imports",
    comment: "The list of rules names each rule once, by its index.",
    severity: "error",
    from: { path: "^rules/index\\.ts$" },
    to: { path: "^(src|rules)/", pathNot: ["^rules/[^/]+/index\\.ts$", "^src/rule\\.ts$"] },
  },
  {
    name: "only-app-knows-the-rules",
    comment: "Detection gets its rules as an argument, so that a test can give it others.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/app/" },
    to: { path: "^rules/" },
  },
  {
    name: "only-app-knows-the-engines",
    comment: "One composition root: no other folder may depend on which engines there are.",
    severity: "error",
    from: { path: "^(src|rules)/", pathNot: "^src/app/" },
    to: { path: ENGINE_LIST },
  },
  library(
    "postgres-driver-at-home",
    "pg|pg-cursor|pg-connection-string|pgpass|@types/pg|@electric-sql/pglite",
    "^src/engines/postgres/",
    "Driver quirks (int8 as text, pipelining, poolers) stay in one folder.",
  ),
  library(
    "mysql-driver-at-home",
    "mysql2",
    "^src/engines/(mysql|mariadb)/",
    "Driver quirks (DECIMAL as text, multiple statements off) stay in two folders.",
  ),
  library(
    "sqlite-at-home",
    "better-sqlite3|@types/better-sqlite3",
    "^src/store/",
    "A native module loads only where a store is opened.",
  ),
  library(
    "sql-parsers-at-home",
    "libpg-query|node-sql-parser|@pgsql/types|pgsql-parser",
    "^src/sql/",
    "Parse trees change with parser versions; the rest sees our own shapes.",
  ),
  library("commander-at-home", "commander", "^src/cli/", "Only the command line knows options and exit codes."),
  {
    name: "process-at-home",
    comment: "The environment is a value that the command line passes in; a library never reads its host's process.",
    severity: "error",
    from: { path: "^(src|rules)/", pathNot: ["^src/(cli|probe)/", "^rules/", "^src/testing\\.ts$"] },
    to: { dependencyTypes: ["core"], path: "^(node:)?process$" },
  },
  {
    name: "no-test-code",
    comment: "What is published may not need what is not.",
    severity: "error",
    from: { path: "^(src|rules)/" },
    to: { path: "^(test|bench|scripts|fixtures)/" },
  },
  {
    name: "no-development-packages",
    comment: "A package of devDependencies is missing at the user's. mysql2, which tests drive, has a rule of its own.",
    severity: "error",
    from: { path: "^(src|rules)/" },
    to: {
      dependencyTypes: ["npm-dev"],
      dependencyTypesNot: ["type-only", "type-import"],
      pathNot: "^node_modules/(@types|mysql2)/",
    },
  },
  {
    name: "no-cycles",
    comment: "A cycle has no first file to read, and load order decides what is undefined.",
    severity: "error",
    from: { path: "^(src|rules)/" },
    to: { circular: true },
  },
  {
    name: "no-orphans",
    comment: "A file that nothing needs is deleted; entry points are listed here.",
    severity: "error",
    from: {
      orphan: true,
      path: "^(src|rules)/",
      pathNot: ["\\.d\\.ts$", "^src/(index|rule|testing)\\.ts$", "^src/cli/main\\.ts$", "^rules/index\\.ts$"],
    },
    to: {},
  },
];

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)README\\.md$" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".js", ".json"],
    },
  },
};
