import { dbperfError } from "../errors/index.ts";
import { type Layer, parseLayer } from "./layer.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const READERS: Readonly<
  Record<string, { readonly variable: string; readonly read: (text: string, variable: string) => unknown }>
> = {
  store: { variable: "DBPERF_STORE", read: asPathOrFalse },
  top: { variable: "DBPERF_TOP", read: asText },
  timeout: { variable: "DBPERF_TIMEOUT", read: asText },
  format: { variable: "DBPERF_FORMAT", read: asText },
  failOn: { variable: "DBPERF_FAIL_ON", read: asList },
  minConfidence: { variable: "DBPERF_MIN_CONFIDENCE", read: asText },
  only: { variable: "DBPERF_ONLY", read: asList },
  skip: { variable: "DBPERF_SKIP", read: asList },
  keepLiterals: { variable: "DBPERF_KEEP_LITERALS", read: asFlag },
  explain: { variable: "DBPERF_EXPLAIN", read: asFlag },
};

/** What DBPERF_* variables set; an empty variable counts as unset. Throws config-invalid, which names the variable. */
export function environmentLayer(variables: Variables): Layer {
  const values: Record<string, unknown> = {};
  for (const [key, { variable, read }] of Object.entries(READERS)) {
    const text = variables[variable]?.trim() ?? "";
    if (text === "") continue;
    // Checked one at a time, so that the message names the variable.
    const value = read(text, variable);
    parseLayer(`environment ${variable}`, { [key]: value });
    values[key] = value;
  }
  return {
    source: "environment",
    originOf: (key) => `environment ${READERS[key]?.variable ?? key}`,
    values: parseLayer("environment", values),
  };
}

function asText(text: string): string {
  return text;
}

/** As in a file, `false` keeps no store; a file of that name is written `./false`. */
function asPathOrFalse(text: string): string | false {
  return text === "false" ? false : text;
}

function asList(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function asFlag(text: string, variable: string): boolean {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  if (/^(?:0|false|no|off)$/i.test(text)) return false;
  throw dbperfError("config-invalid", { file: `environment ${variable}`, problem: "expected true or false." });
}
