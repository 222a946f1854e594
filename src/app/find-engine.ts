import type { Ddl, Engine, Environment, TargetSpec } from "../engines/engine.ts";
import { engines } from "../engines/index.ts";
import { dbperfError } from "../errors/index.ts";
import type { ArtifactName, Capture } from "../model/capture.ts";
import type { EngineId } from "../model/primitives.ts";

/** The engine of a capture. Throws where this version of dbperf does not have it. */
export function engineOf(id: EngineId): Engine {
  const engine = engines.find((candidate) => candidate.id === id);
  if (engine === undefined) throw dbperfError("unknown-scheme", { scheme: id, known: knownSchemes() });
  return engine;
}

/** What a capture must hold to be whole; logs alone need nothing of the database. */
export function coreArtifactsOf({ target }: Capture): readonly ArtifactName[] {
  return target === null ? [] : engineOf(target.engine).coreArtifacts;
}

/** How an engine writes actions down; null where this version of dbperf knows only its logs. */
export function ddlOf(id: EngineId): Ddl | null {
  return engines.find((candidate) => candidate.id === id)?.ddl ?? null;
}

/** The engine that a target's URL, or else the environment, names. */
export function engineFor({ url }: TargetSpec, environment: Environment): Engine {
  if (url === null) {
    const named = engines.find((candidate) => candidate.isNamedBy(environment));
    if (named === undefined) throw dbperfError("no-target", {});
    return named;
  }
  const scheme = url.slice(0, Math.max(0, url.indexOf("://")));
  const engine = engines.find((candidate) => candidate.schemes.includes(scheme));
  if (engine === undefined) throw dbperfError("unknown-scheme", { scheme, known: knownSchemes() });
  return engine;
}

function knownSchemes(): string {
  return engines.flatMap(({ schemes }) => schemes.map((scheme) => `${scheme}://`)).join(", ");
}
