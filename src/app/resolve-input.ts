import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Environment, TargetSpec } from "../engines/engine.ts";
import { engines } from "../engines/index.ts";
import { dbperfError } from "../errors/index.ts";

/** A target as the configuration names it. */
export interface NamedTarget {
  readonly url: string | null;
  readonly passwordCommand: string | null;
  readonly role: string | null;
  readonly writable: boolean;
}

export type Input =
  | { readonly kind: "capture"; readonly file: string }
  | { readonly kind: "target"; readonly spec: TargetSpec };

export interface ResolveInputOptions {
  readonly targets: Readonly<Record<string, NamedTarget>>;
  readonly environment: Environment;
  readonly cwd: string;
}

/** Says what a command-line argument means: a database URL, a named target or a capture file; none = the environment. */
export function resolveInput(argument: string | undefined, { targets, environment, cwd }: ResolveInputOptions): Input {
  if (argument === undefined) return { kind: "target", spec: environmentTarget(environment) };
  if (/^[a-z][a-z0-9+]*:\/\//i.test(argument)) return { kind: "target", spec: spec(argument) };
  const named = Object.hasOwn(targets, argument) ? targets[argument] : undefined;
  if (named !== undefined) return { kind: "target", spec: { ...specOf(named), name: argument } };
  const file = resolve(cwd, argument);
  if (existsSync(file)) {
    if (statSync(file).isDirectory()) throw dbperfError("input-unreadable", { file, problem: "it is a folder" });
    return { kind: "capture", file };
  }
  if (looksLikeFile(argument)) throw dbperfError("input-not-found", { file });
  throw dbperfError("unknown-target", {
    target: argument,
    known: Object.keys(targets).join(", ") || "none is configured",
  });
}

function environmentTarget(environment: Environment): TargetSpec {
  const url = environment.variables.DATABASE_URL;
  if (url !== undefined && url !== "") return spec(url);
  if (!engines.some((engine) => engine.isNamedBy(environment))) throw dbperfError("no-target", {});
  return spec(null);
}

function spec(url: string | null): TargetSpec {
  return { name: null, url, passwordCommand: null, role: null, writable: false };
}

function specOf({ url, passwordCommand, role, writable }: NamedTarget): Omit<TargetSpec, "name"> {
  return { url, passwordCommand, role, writable };
}

function looksLikeFile(argument: string): boolean {
  return /[/\\]/.test(argument) || /\.\w{1,5}$/.test(argument);
}
