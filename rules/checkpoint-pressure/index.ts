import { forcedCheckpointSeconds } from "../../src/computed/checkpoint-interval.ts";
import { timeWords } from "../../src/computed/occurrences.ts";
import { settingBytes, settingNumber } from "../../src/computed/setting-value.ts";
import {
  defineRule,
  type Evidence,
  type FindingDraft,
  type LoggedCheckpoints,
  type RecommendationDraft,
  type Settings,
} from "../../src/rule.ts";
import { formatBytes, formatCount, formatMs, formatSeconds, formatShare, plural } from "../../src/util/units.ts";

const GIGABYTE = 1_073_741_824;
/** More is not suggested at once: the disk has to hold it, and a recovery to read it. */
const MAX_SUGGESTED_GIGABYTES = 64;
const BUILT_IN_TIMEOUT_SECONDS = 300;

/** What is known of the server's checkpoints. */
interface Pressure {
  readonly checkpoints: LoggedCheckpoints;
  /** Share of those that WAL volume started among those by volume and time; null where the log has neither. */
  readonly walShare: number | null;
  readonly intervalSeconds: number | null;
  readonly timeoutSeconds: number | null;
  readonly maxWalBytes: number | null;
}

export default defineRule({
  meta: {
    id: "checkpoint-pressure",
    title: "Checkpoints are started by WAL volume rather than by time",
    category: "configuration",
    severity: "warning",
    scope: "server",
    engines: ["postgres"],
  },
  needs: ["log"],
  uses: ["settings"],
  thresholds: {
    minShare: {
      default: 0.5,
      unit: "share",
      description: "With a smaller share of checkpoints started by WAL volume nothing is reported.",
    },
    minWalCheckpoints: {
      default: 5,
      unit: "count",
      description: "With fewer checkpoints started by WAL volume nothing is reported.",
    },
    minWarnings: {
      default: 5,
      unit: "count",
      description: "So many warnings of the server (“checkpoints are occurring too frequently”) are reported anyway.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { checkpoints } = artifacts.log;
    if (checkpoints === null) return;
    const pressure = pressureOf(checkpoints, artifacts.settings);
    const isDriven =
      checkpoints.byTrigger.wal >= thresholds.minWalCheckpoints && (pressure.walShare ?? 0) >= thresholds.minShare;
    if (isDriven || checkpoints.tooFrequentWarnings >= thresholds.minWarnings) yield draft(pressure);
  },
});

function pressureOf(checkpoints: LoggedCheckpoints, settings: Settings | null): Pressure {
  const { wal, time } = checkpoints.byTrigger;
  const timeoutSeconds = settingNumber(settings, "checkpoint_timeout");
  return {
    checkpoints,
    walShare: wal + time === 0 ? null : wal / (wal + time),
    intervalSeconds: forcedCheckpointSeconds(checkpoints, timeoutSeconds ?? BUILT_IN_TIMEOUT_SECONDS),
    timeoutSeconds,
    maxWalBytes: settingBytes(settings, "max_wal_size"),
  };
}

function draft(pressure: Pressure): FindingDraft {
  return {
    subject: { kind: "setting", name: "max_wal_size" },
    confidence: "measured",
    headline: `${headWords(pressure)}.`,
    message:
      `${headWords(pressure)}${whenWords(pressure)}${intervalWords(pressure)}. After each checkpoint the ` +
      "first change of a page writes the whole page to the WAL (full_page_writes), and the checkpoint itself writes all " +
      `changed pages: the more often, the more is written twice.${warningWords(pressure)}`,
    evidence: evidenceOf(pressure),
    savesMsPerHour: null,
    recommendations: [recommendation(pressure)],
    topics: ["setting:max_wal_size"],
  };
}

function headWords({ checkpoints, walShare }: Pressure): string {
  const { wal, time } = checkpoints.byTrigger;
  if (walShare === null || wal === 0) {
    return `The server warned ${plural(checkpoints.tooFrequentWarnings, "time")} that its checkpoints come too often`;
  }
  return `${formatCount(wal)} of ${plural(wal + time, "checkpoint")} (${formatShare(walShare)}) were started by WAL volume rather than by time`;
}

/** Empty without logged checkpoints: the server's warnings alone have no time here. */
function whenWords({ checkpoints }: Pressure): string {
  return checkpoints.count === 0 ? "" : `, ${timeWords(checkpoints)}`;
}

function intervalWords({ intervalSeconds, timeoutSeconds, checkpoints }: Pressure): string {
  if (intervalSeconds === null || checkpoints.byTrigger.wal === 0) return "";
  const interval = `, about ${formatSeconds(intervalSeconds)} after the one before`;
  return timeoutSeconds === null
    ? `${interval} (if checkpoint_timeout is the built-in 5 min)`
    : `${interval} (checkpoint_timeout is ${formatSeconds(timeoutSeconds)})`;
}

function warningWords({ checkpoints }: Pressure): string {
  const { tooFrequentWarnings: warnings, byTrigger } = checkpoints;
  if (warnings === 0 || byTrigger.wal === 0) return "";
  return ` The server itself warned ${plural(warnings, "time")} that they come too often.`;
}

function recommendation(pressure: Pressure): RecommendationDraft {
  const gigabytes = suggestedGigabytes(pressure);
  const risks = [
    "Recovery after a crash has more WAL to read and takes longer.",
    `The disk of the WAL has to hold so much${gigabytes === null ? "" : `, ${gigabytes} GB and somewhat more`}.`,
  ];
  const current = pressure.maxWalBytes === null ? "" : ` (${formatBytes(pressure.maxWalBytes)} now)`;
  if (gigabytes === null) {
    return {
      action: { kind: "advice" },
      summary: `Raise max_wal_size${current} step by step until most checkpoints are started by time.`,
      verified: "estimate",
      risks,
    };
  }
  return {
    action: { kind: "set-parameter", name: "max_wal_size", value: `${gigabytes}GB`, restart: false },
    summary: `Raise max_wal_size to about ${gigabytes} GB${current}: an estimate from the distance of the checkpoints, to be checked in the next log.`,
    verified: "estimate",
    risks,
  };
}

/** So much WAL as comes within `checkpoint_timeout` at the rate that was seen, as a power of two; null where it cannot be told. */
function suggestedGigabytes({ maxWalBytes, timeoutSeconds, intervalSeconds }: Pressure): number | null {
  if (maxWalBytes === null || timeoutSeconds === null || intervalSeconds === null) return null;
  const wanted = (maxWalBytes * timeoutSeconds) / intervalSeconds / GIGABYTE;
  const gigabytes = Math.min(MAX_SUGGESTED_GIGABYTES, 2 ** Math.max(0, Math.ceil(Math.log2(wanted))));
  return gigabytes * GIGABYTE > maxWalBytes ? gigabytes : null;
}

function evidenceOf({ checkpoints, intervalSeconds, maxWalBytes }: Pressure): Evidence[] {
  const { byTrigger, tooFrequentWarnings, longestMs } = checkpoints;
  const source = "server log";
  const count = (name: string, value: number): Evidence => ({ kind: "metric", name, value, unit: "count", source });
  return [
    count("checkpoints started by WAL volume", byTrigger.wal),
    count("checkpoints started by time", byTrigger.time),
    count("checkpoints started by a command", byTrigger.requested),
    count("warnings that they come too often", tooFrequentWarnings),
    ...(intervalSeconds === null
      ? []
      : ([{ kind: "metric", name: "mean distance", value: intervalSeconds, unit: "s", source }] as const)),
    ...(maxWalBytes === null
      ? []
      : ([{ kind: "metric", name: "max_wal_size", value: maxWalBytes, unit: "bytes", source: "settings" }] as const)),
    ...(longestMs > 0
      ? ([{ kind: "note", text: `The longest checkpoint took ${formatMs(longestMs)}.` }] as const)
      : []),
  ];
}
