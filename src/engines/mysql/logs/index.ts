import type { LogDialect, LogFormat } from "../../../logs/format.ts";
import { detectSlow } from "./detect-slow.ts";
import { SlowReader } from "./slow.ts";

/** Most times of such logs are those of SET timestamp, which has whole seconds. */
const TOLERANCE_MS = 1001;

/** The slow query log of MySQL, Percona Server and MariaDB. */
export const slowLog: LogFormat = {
  id: "mysql-slow",
  detect: ({ text }) => {
    const detected = detectSlow(text);
    if (detected === null) return null;
    const { engine, share } = detected;
    const dialect: LogDialect = {
      format: "mysql-slow",
      engine,
      wrap: null,
      prefix: null,
      toleranceMs: TOLERANCE_MS,
    };
    return { dialect, share };
  },
  open: (_, context) => new SlowReader(context),
};
