import { settingBytes } from "../../src/computed/setting-value.ts";
import { type StatementLoad, statementLoad, statementLoads } from "../../src/computed/statement-load.ts";
import { type TemporaryFiles, temporaryFilesByStatement } from "../../src/computed/temporary-files.ts";
import { defineRule } from "../../src/rule.ts";
import { countedSpill, loggedSpill } from "./findings.ts";

export default defineRule({
  meta: {
    id: "temporary-file-spill",
    title: "A statement writes temporary files because its memory does not suffice",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
    explains: ["slow-statement"],
  },
  needs: ["statements"],
  uses: ["server", "settings", "log"],
  thresholds: {
    minBytesPerCall: {
      default: 1_048_576,
      unit: "bytes",
      description: "Statements that write less per call (in a log: per file) are ignored.",
    },
    minTotalBytes: {
      default: 52_428_800,
      unit: "bytes",
      description: "Statements that wrote less in the whole window are ignored.",
    },
    minShare: {
      default: 0.005,
      unit: "share",
      description: "Statements with a smaller share of database time are ignored, where that is known.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { statements, settings, server, log } = artifacts;
    const workMem = settingBytes(settings, "work_mem");
    const logged = log === null ? [] : temporaryFilesByStatement(log);
    const counted = server === null ? [] : statementLoads(statements).filter(hasCounter);
    for (const load of counted) {
      const { calls, fingerprint, tempBlocksWritten } = load.item;
      if (calls === 0 || load.share < thresholds.minShare) continue;
      const total = (tempBlocksWritten ?? 0) * (server?.blockSizeBytes ?? 0);
      if (total < thresholds.minTotalBytes || total / calls < thresholds.minBytesPerCall) continue;
      yield countedSpill(
        load,
        total,
        workMem,
        logged.find((files) => files.statement?.fingerprint === fingerprint) ?? null,
      );
    }
    // The counters know every file; the log only those above log_temp_files.
    const known = new Set(counted.map(({ item }) => item.fingerprint));
    const smallestLogged = settingBytes(settings, "log_temp_files");
    for (const files of logged) {
      if (files.statement !== null && known.has(files.statement.fingerprint)) continue;
      const load = files.statement === null ? null : statementLoad(statements, files.statement.fingerprint);
      if (load !== null && load.share < thresholds.minShare) continue;
      if (files.totalBytes < thresholds.minTotalBytes || meanBytes(files) < thresholds.minBytesPerCall) continue;
      yield loggedSpill(files, load, workMem, smallestLogged);
    }
  },
});

function hasCounter({ item }: StatementLoad): boolean {
  return item.tempBlocksWritten !== null;
}

function meanBytes({ totalBytes, seen }: TemporaryFiles): number {
  return seen.count === 0 ? 0 : totalBytes / seen.count;
}
