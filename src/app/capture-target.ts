import type { ConnectOptions, OpenEngine, TargetSpec } from "../engines/engine.ts";
import type { ArtifactName, Capture } from "../model/capture.ts";
import type { Int8Text, IsoTime, Target } from "../model/primitives.ts";
import { loadSqlParser } from "../sql/parser.ts";
import { engineFor } from "./find-engine.ts";
import { toolInfo } from "./tool-info.ts";

export interface CaptureOptions extends ConnectOptions {
  /** Statements whose plan is asked for; 0 = none. */
  readonly explainTop: number;
  readonly allDatabases: boolean;
  readonly keepLiterals: boolean;
  /** Texts that a store has of this life of the server. */
  readonly knownQueries: (
    target: Target,
    majorVersion: number,
    serverStartedAt: IsoTime | null,
  ) => ReadonlyMap<Int8Text, string>;
  readonly onProgress: (artifact: ArtifactName) => void;
  readonly now: () => IsoTime;
}

/** Connects, reads everything that may be read, and closes. Throws DbperfError when there is no session at all. */
export async function captureTarget(spec: TargetSpec, options: CaptureOptions): Promise<Capture> {
  await loadSqlParser();
  const engine = engineFor(spec, options.environment);
  const startedAt = options.now();
  const open = await engine.open(spec, options);
  try {
    return await collect(open, startedAt, options);
  } finally {
    await open.session.close();
  }
}

async function collect(
  { session, collect: run }: OpenEngine,
  startedAt: IsoTime,
  options: CaptureOptions,
): Promise<Capture> {
  const { explainTop, allDatabases, keepLiterals } = options;
  const knownQueries = (startedAt: IsoTime | null): ReadonlyMap<Int8Text, string> =>
    options.knownQueries(session.target, session.majorVersion, startedAt);
  const artifacts = await run({ explainTop, allDatabases, keepLiterals, knownQueries }, options.onProgress);
  return {
    kind: "dbperf-capture",
    schemaVersion: 1,
    tool: toolInfo,
    target: session.target,
    startedAt,
    finishedAt: options.now(),
    notices: session.notices,
    artifacts,
  };
}
