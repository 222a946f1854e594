import { settingText } from "../../src/computed/setting-value.ts";
import { defineRule, type FindingDraft, type RecommendationDraft, type Settings } from "../../src/rule.ts";

const EXTENSION = "pg_stat_statements";

const LOAD_RISKS = [
  "The server has to restart; a managed service sets this in its parameter group instead.",
  "Statements are counted from then on, with some shared memory and a small cost for each statement.",
];

interface Reason {
  readonly text: string;
  readonly source: string;
  readonly recommendation: RecommendationDraft;
}

export default defineRule({
  meta: {
    id: "statement-statistics-off",
    title: "The server does not count statements",
    category: "configuration",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["server", "settings"],
  thresholds: {},
  *detect({ artifacts: { server, settings } }) {
    const hasExtension = server.extensions.some(({ name }) => name === EXTENSION);
    const reasons = [
      notLoaded(settings),
      hasExtension ? null : extensionMissing(server.isStandby),
      settingText(settings, "pg_stat_statements.track") === "none" ? trackNone() : null,
    ].filter((reason) => reason !== null);
    if (reasons.length > 0) yield draft(reasons);
  },
});

function draft(reasons: readonly Reason[]): FindingDraft {
  return {
    subject: { kind: "setting", name: EXTENSION },
    confidence: "measured",
    headline: "Statement statistics are off: slow statements cannot be seen.",
    message:
      `Statement statistics are off: ${reasons.map(({ text }) => text).join("; ")}. Without these counters it is unknown which statements take the ` +
      "database's time, and every check of statements is left out.",
    evidence: reasons.map(({ text, source }) => ({ kind: "note", text: `${text} (${source})` })),
    savesMsPerHour: null,
    recommendations: reasons.map(({ recommendation }) => recommendation),
    topics: [],
  };
}

/** Only superusers and members of pg_read_all_settings see the list; unseen is not the same as empty. */
function notLoaded(settings: Settings): Reason | null {
  const list = settingText(settings, "shared_preload_libraries");
  if (list === null) return hasNoParameters(settings) ? notLoadedUnseen() : null;
  const libraries = list
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (libraries.some((entry) => entry.replaceAll('"', "").split("/").at(-1) === EXTENSION)) return null;
  return {
    text: `shared_preload_libraries lacks ${EXTENSION}`,
    source: "pg_settings",
    recommendation: {
      action: {
        kind: "set-parameter",
        name: "shared_preload_libraries",
        value: [...libraries, EXTENSION].join(", "),
        restart: true,
      },
      summary: `Add ${EXTENSION} to shared_preload_libraries and restart the server.`,
      verified: "estimate",
      risks: LOAD_RISKS,
    },
  };
}

/** A loaded library defines its parameters, which every role sees; a settings list without any server parameter proves nothing. */
function hasNoParameters(settings: Settings): boolean {
  const isWhole = settingText(settings, "max_connections") !== null;
  return isWhole && !settings.some(({ name }) => name.startsWith(`${EXTENSION}.`));
}

/** The current list is unknown, so that a line to paste would drop what is on it. */
function notLoadedUnseen(): Reason {
  return {
    text: `the server has not loaded ${EXTENSION} (it knows no parameter of it)`,
    source: "pg_settings",
    recommendation: {
      action: { kind: "advice" },
      summary: `Add ${EXTENSION} to what shared_preload_libraries holds already, and restart the server.`,
      verified: "estimate",
      risks: LOAD_RISKS,
    },
  };
}

function extensionMissing(isStandby: boolean): Reason {
  return {
    text: `the extension ${EXTENSION} is not installed in this database`,
    source: "pg_extension",
    recommendation: {
      action: { kind: "create-extension", name: EXTENSION },
      summary: `Create the extension ${EXTENSION} in this database${isStandby ? ", on the primary" : ""}.`,
      verified: "estimate",
      risks: [`It shows counters only where the server loads ${EXTENSION} by shared_preload_libraries.`],
    },
  };
}

function trackNone(): Reason {
  return {
    text: "pg_stat_statements.track is none",
    source: "pg_settings",
    recommendation: {
      action: { kind: "set-parameter", name: "pg_stat_statements.track", value: "top", restart: false },
      summary: "Set pg_stat_statements.track to top.",
      verified: "estimate",
      risks: ["Each statement then costs a little more; no restart is needed."],
    },
  };
}
