/** The part of SARIF 2.1.0 that dbperf writes, as its readers type it. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[];
      };
    };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly {
        readonly level: string;
        readonly message: { readonly text: string };
        readonly associatedRule?: { readonly id: string; readonly index: number };
      }[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation?: {
          readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
          readonly region?: { readonly startLine: number; readonly startColumn?: number };
        };
      }[];
      readonly suppressions?: readonly { readonly kind: string; readonly justification: string }[];
    }[];
  }[];
}

const text = { type: "string", minLength: 1 };
const message = object({ text }, ["text"]);
const position = { type: "integer", minimum: 1 };
const relativeUri = { type: "string", pattern: "^(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*$" };
const bag = { type: "object" };

const descriptor = object(
  { id: text, shortDescription: message, fullDescription: message, help: message, properties: bag },
  ["id", "shortDescription", "fullDescription", "help"],
);

const location = object({
  physicalLocation: object(
    {
      artifactLocation: object({ uri: relativeUri, uriBaseId: text }, ["uri"]),
      region: object({ startLine: position, startColumn: position }, ["startLine"]),
    },
    ["artifactLocation"],
  ),
  logicalLocations: list(
    object({ name: { type: "string" }, kind: { enum: ["function", "resource"] } }, ["name", "kind"]),
  ),
});

const result = object(
  {
    ruleId: text,
    ruleIndex: { type: "integer", minimum: 0 },
    level: { enum: ["note", "warning", "error"] },
    message,
    locations: { ...list(location), minItems: 1, maxItems: 1 },
    partialFingerprints: { type: "object", additionalProperties: { type: "string" } },
    suppressions: list(
      object({ kind: { const: "external" }, status: { const: "accepted" }, justification: { type: "string" } }, [
        "kind",
      ]),
    ),
    properties: bag,
  },
  ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
);

const notification = object(
  {
    level: { enum: ["note", "warning", "error"] },
    message,
    associatedRule: object({ id: text, index: { type: "integer", minimum: 0 } }, ["id", "index"]),
  },
  ["level", "message"],
);

const run = object(
  {
    tool: object(
      {
        driver: object({ name: { const: "dbperf" }, version: text, rules: list(descriptor) }, [
          "name",
          "version",
          "rules",
        ]),
      },
      ["driver"],
    ),
    invocations: list(
      object({ executionSuccessful: { type: "boolean" }, toolExecutionNotifications: list(notification) }, [
        "executionSuccessful",
        "toolExecutionNotifications",
      ]),
    ),
    originalUriBaseIds: object({ "%SRCROOT%": object({ description: message }, ["description"]) }, ["%SRCROOT%"]),
    columnKind: { const: "utf16CodeUnits" },
    results: list(result),
  },
  ["tool", "invocations", "results"],
);

/** What the standard allows of it, stricter where GitHub's code scanning is: closed objects, required keys, lines from 1. */
export const SARIF_SHAPE = object({ $schema: text, version: { const: "2.1.0" }, runs: list(run) }, [
  "$schema",
  "version",
  "runs",
]);

function object(properties: Record<string, object>, required: readonly string[] = []) {
  return { type: "object", additionalProperties: false, properties, required };
}

function list(items: object) {
  return { type: "array", items };
}
