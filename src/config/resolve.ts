import { dbperfError } from "../errors/index.ts";
import type { Config } from "./config.ts";
import { DEFAULTS } from "./defaults.ts";
import { didYouMean, type Layer, parseLayer } from "./layer.ts";
import { type RuleCatalogue, resolveRules } from "./rule-settings.ts";
import type { LayerValues, TargetConfig } from "./schema.ts";

export interface ResolvedConfig {
  readonly values: Config;
  /** By key (`top`, `targets.prod`, `rules.<id>.thresholds.<name>`): `flag --top`, a file, `default`. */
  readonly origin: Readonly<Record<string, string>>;
}

/** Flags as the command line gives them; an undefined flag or an empty list counts as not given. */
export interface ConfigFlags {
  readonly store?: string | false | undefined;
  readonly top?: string | number | undefined;
  readonly timeout?: string | undefined;
  readonly format?: string | undefined;
  readonly failOn?: readonly string[] | undefined;
  readonly minConfidence?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly keepLiterals?: boolean | undefined;
  readonly explain?: boolean | undefined;
}

const SEVERITIES = ["critical", "warning", "info"];

/** Flags as the strongest place. Throws config-invalid, which names the flag. */
export function flagsLayer(flags: ConfigFlags): Layer {
  const given = Object.entries<unknown>({ ...flags }).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const originOf = (key: string): string => flagName(key, flags);
  for (const [key, value] of given) parseLayer(originOf(key), { [key]: value });
  return { source: "command line", originOf, values: parseLayer("command line", Object.fromEntries(given)) };
}

/** Merges places in falling precedence. Throws unknown-rule or config-invalid for rules that do not exist. */
export function resolveConfig(layers: readonly Layer[], catalogue: RuleCatalogue): ResolvedConfig {
  const origin: Record<string, string> = {};
  const pick = <K extends keyof LayerValues, D>(key: K, fallback: D): NonNullable<LayerValues[K]> | D => {
    for (const layer of layers) {
      const value = layer.values[key];
      if (value === undefined) continue;
      origin[key] = layer.originOf(key);
      return value;
    }
    origin[key] = "default";
    return fallback;
  };
  const values: Config = {
    targets: resolveTargets(layers, origin),
    store: pick("store", DEFAULTS.store),
    top: pick("top", DEFAULTS.top),
    timeoutMs: pick("timeout", DEFAULTS.timeoutMs),
    format: pick("format", DEFAULTS.format),
    failOn: pick("failOn", DEFAULTS.failOn),
    minConfidence: pick("minConfidence", DEFAULTS.minConfidence),
    only: pick("only", DEFAULTS.only),
    skip: pick("skip", DEFAULTS.skip),
    rules: resolveRules(layers, catalogue, origin),
    keepLiterals: pick("keepLiterals", DEFAULTS.keepLiterals),
    explain: pick("explain", DEFAULTS.explain),
  };
  const ids = catalogue.map(({ id }) => id);
  checkRuleNames([...values.only, ...values.skip], ids);
  checkRuleNames(values.failOn, [...SEVERITIES, ...ids]);
  return { values, origin };
}

function resolveTargets(
  layers: readonly Layer[],
  origin: Record<string, string>,
): Readonly<Record<string, TargetConfig>> {
  const targets: Record<string, TargetConfig> = {};
  for (const layer of layers.toReversed()) {
    for (const [name, target] of Object.entries(layer.values.targets ?? {})) {
      targets[name] = target;
      origin[`targets.${name}`] = layer.originOf("targets");
    }
  }
  return targets;
}

function checkRuleNames(names: readonly string[], known: readonly string[]): void {
  for (const rule of names) {
    if (!known.includes(rule)) throw dbperfError("unknown-rule", { rule, suggestion: didYouMean(rule, known) });
  }
}

function flagName(key: string, flags: ConfigFlags): string {
  const isNegated = (key === "store" && flags.store === false) || (key === "explain" && flags.explain === false);
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `flag --${isNegated ? "no-" : ""}${name}`;
}
