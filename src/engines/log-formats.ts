import { applicationLog } from "../logs/application/index.ts";
import type { LogFormat } from "../logs/format.ts";
import { slowLog } from "./mysql/logs/index.ts";
import { innodbStatus } from "./mysql/logs/innodb-status.ts";
import { postgresLogs } from "./postgres/logs/index.ts";

/** Every format of log files that dbperf reads; where two fit alike, the one of a database comes first. */
export const logFormats: readonly LogFormat[] = [...postgresLogs, slowLog, innodbStatus, applicationLog];
