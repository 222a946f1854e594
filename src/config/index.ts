export { parseDuration } from "./durations.ts";
export { CONFIG_KEYS, type ConfigKey } from "./keys.ts";
export { loadConfig, type LoadConfigOptions, type LoadedConfig } from "./load-config.ts";
export { maskUrl } from "./mask-url.ts";
export type { RuleCatalogue } from "./rule-settings.ts";
export type { Config, RuleSettings } from "./config.ts";
export type { ConfigFlags, ResolvedConfig } from "./resolve.ts";
export type { ReportFormat, TargetConfig } from "./schema.ts";
export {
  activeSuppression,
  addSuppression,
  loadSuppressions,
  type Suppression,
  SUPPRESSIONS_FILE,
  type SuppressionFile,
} from "./suppressions.ts";
