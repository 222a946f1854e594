import type { Config } from "./config.ts";

/** What is in force where nothing else is said. */
export const DEFAULTS: Config = {
  targets: {},
  store: null,
  top: 10,
  timeoutMs: 5000,
  format: "text",
  failOn: [],
  minConfidence: "estimated",
  only: [],
  skip: [],
  rules: {},
  keepLiterals: false,
  explain: true,
};
