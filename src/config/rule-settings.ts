import { dbperfError } from "../errors/index.ts";
import type { RuleSettings } from "./config.ts";
import { didYouMean, type Layer } from "./layer.ts";
import { parseQuantity, quantityExample } from "./quantities.ts";

/** The rules that exist, with the units of their thresholds. */
export type RuleCatalogue = readonly {
  readonly id: string;
  readonly thresholds: Readonly<Record<string, { readonly unit: string }>>;
}[];

/** Merges what all places say of rules, `layers` in falling precedence, and notes the origin of each value. */
export function resolveRules(
  layers: readonly Layer[],
  catalogue: RuleCatalogue,
  origin: Record<string, string>,
): Readonly<Record<string, RuleSettings>> {
  const settings: Record<string, RuleSettings> = {};
  // From the weakest place to the strongest, so that the later value wins.
  for (const layer of layers.toReversed()) {
    for (const [id, given] of Object.entries(layer.values.rules ?? {})) {
      const path = `rules.${id}`;
      const before = settings[id] ?? { enabled: true, severity: null, thresholds: {} };
      const thresholds = readThresholds(layer, id, given.thresholds ?? {}, catalogue);
      for (const name of Object.keys(thresholds)) origin[`${path}.thresholds.${name}`] = layer.originOf(path);
      if (given.enabled !== undefined) origin[`${path}.enabled`] = layer.originOf(path);
      if (given.severity !== undefined) origin[`${path}.severity`] = layer.originOf(path);
      settings[id] = {
        enabled: given.enabled ?? before.enabled,
        severity: given.severity ?? before.severity,
        thresholds: { ...before.thresholds, ...thresholds },
      };
    }
  }
  return settings;
}

function readThresholds(
  layer: Layer,
  id: string,
  given: Readonly<Record<string, string | number>>,
  catalogue: RuleCatalogue,
): Readonly<Record<string, number>> {
  const rule = catalogue.find((known) => known.id === id);
  if (rule === undefined) {
    const guess = didYouMean(
      id,
      catalogue.map((known) => known.id),
    );
    throw invalid(layer, `unknown rule “rules.${id}”${guess}`);
  }
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(given)) {
    const path = `rules.${id}.thresholds.${name}`;
    const unit = rule.thresholds[name]?.unit;
    if (unit === undefined) {
      throw invalid(layer, `unknown threshold “${path}”${didYouMean(name, Object.keys(rule.thresholds))}`);
    }
    const quantity = parseQuantity(value, unit);
    if (quantity === null) throw invalid(layer, `${path}: expected ${quantityExample(unit)}`);
    values[name] = quantity;
  }
  return values;
}

function invalid(layer: Layer, problem: string): Error {
  return dbperfError("config-invalid", { file: layer.source, problem: `${problem}.` });
}
