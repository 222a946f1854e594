import type { Settings } from "../../src/rule.ts";
import { artifacts, setting } from "../../src/testing.ts";

export { artifacts };

/** Any settings: enough for a rule that needs them. */
export function settings(): Settings {
  return [setting("work_mem", "4096")];
}
