import {
  activeSuppression,
  type Config,
  type LoadedConfig,
  loadConfig,
  loadSuppressions,
  maskUrl,
} from "../config/index.ts";
import { dbperfError } from "../errors/index.ts";
import { type AnalyzeOptions, type CaptureOptions, defaultStorePath, type Gate, listRules } from "../index.ts";
import type { Flags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** The configuration in force, cut to what each use case takes. */
export interface Settings {
  readonly format: Config["format"];
  readonly inputOptions: {
    readonly targets: Config["targets"];
    readonly environment: Terminal["environment"];
    readonly cwd: string;
  };
  readonly captureOptions: Omit<CaptureOptions, "knownQueries" | "onProgress">;
  readonly analyzeOptions: AnalyzeOptions;
  readonly gate: Gate;
  /** Null: no store is wanted. */
  readonly storeFile: string | null;
  /** Folder of the project's configuration: suppressions are there. */
  readonly directory: string;
  /** Each setting as text, with where it comes from; passwords masked. */
  readonly lines: readonly { readonly path: string; readonly value: string; readonly origin: string }[];
}

/** Reads flags, environment and files. Throws config-invalid, unknown-rule, suppressions-invalid. */
export function loadSettings(terminal: Terminal, flags: Flags): Settings {
  const { environment, cwd, now } = terminal;
  const { config: configFile, allDatabases, ...configFlags } = flags;
  const rules = listRules().map(({ meta, thresholds }) => ({ id: meta.id, thresholds }));
  const loaded = loadConfig({
    cwd,
    homeDirectory: environment.homeDirectory,
    variables: environment.variables,
    flags: pickFlags(configFlags),
    configFile,
    rules,
  });
  const { values, directory } = loaded;
  const storeFile = values.store === false ? null : (values.store ?? defaultStorePath(environment));
  requireGateThatCanFail(values);
  const { entries } = loadSuppressions(directory);
  return {
    format: values.format,
    inputOptions: { targets: values.targets, environment, cwd },
    captureOptions: {
      environment,
      statementTimeoutMs: values.timeoutMs,
      explainTop: values.explain ? values.top : 0,
      allDatabases: allDatabases ?? false,
      keepLiterals: values.keepLiterals,
      now,
    },
    analyzeOptions: {
      top: values.top,
      only: values.only,
      skip: values.skip,
      ruleSettings: values.rules,
      suppressionOf: (key, at) => {
        const active = activeSuppression(entries, key, at);
        return active === null ? null : { reason: active.reason, until: active.until };
      },
    },
    gate: { failOn: values.failOn, minConfidence: values.minConfidence },
    storeFile,
    directory,
    lines: settingLines(loaded, storeFile),
  };
}

/** A rule that is left out can never fail the run: that gate would be open without a word. */
function requireGateThatCanFail({ failOn, skip }: Config): void {
  const rule = failOn.find((value) => skip.includes(value));
  if (rule === undefined) return;
  const problem = `The run is to fail on ${rule}, and ${rule} is to be skipped: that gate can never fail.`;
  throw dbperfError("usage", { problem, command: "analyze" });
}

/** Commander turns `--no-x` options into `true` when they are not given; only what was said may override a file. */
function pickFlags({
  explain,
  store,
  top,
  timeout,
  format,
  failOn,
  minConfidence,
  only,
  skip,
  keepLiterals,
}: Omit<Flags, "config" | "allDatabases">) {
  return {
    explain: explain === false ? false : undefined,
    store: typeof store === "boolean" && store ? undefined : store,
    top,
    timeout,
    format,
    failOn,
    minConfidence,
    only,
    skip,
    keepLiterals,
  };
}

/** Values as a file would write them. */
function settingLines({ values, origin }: LoadedConfig, storeFile: string | null): Settings["lines"] {
  const { timeoutMs, ...rest } = values;
  const written = { ...rest, timeout: `${timeoutMs}ms`, store: storeFile ?? false };
  return Object.entries(origin).map(([path, from]) => ({ path, value: shown(lookUp(written, path)), origin: from }));
}

/** The value at a dotted path; names of targets may hold dots themselves, so the rest of the path is tried whole first. */
function lookUp(value: unknown, path: string): unknown {
  if (path === "") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const entry = Object.entries(value).find(([key]) => path === key || path.startsWith(`${key}.`));
  return entry === undefined ? undefined : lookUp(entry[1], path.slice(entry[0].length + 1));
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    key === "url" && typeof inner === "string" ? maskUrl(inner) : inner,
  );
  return text ?? "unset";
}
