import { cloudsql } from "./cloudsql.ts";
import { cnpg } from "./cnpg.ts";
import { heroku } from "./heroku.ts";
import { syslog } from "./syslog.ts";
import type { Unwrap } from "./unwrap.ts";

/** Wraps by how much they ask of a line, most first. */
export const unwraps: readonly Unwrap[] = [cnpg, cloudsql, heroku, syslog];
