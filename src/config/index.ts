export type { Config } from "./config.ts";
export { parseDuration } from "./durations.ts";
export { type LoadedConfig, loadConfig } from "./load-config.ts";
export { maskUrl } from "./mask-url.ts";
export type { ConfigFlags } from "./resolve.ts";
export type { RuleCatalogue } from "./rule-settings.ts";
export {
  activeSuppression,
  addSuppression,
  loadSuppressions,
  SUPPRESSIONS_FILE,
  type Suppression,
} from "./suppressions.ts";
