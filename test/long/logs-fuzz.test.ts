import { beforeAll, describe, it } from "vitest";
import { loadSqlParser } from "../../src/sql/parser.ts";
import { FUZZED_LOGS, fuzzLog } from "../support/log-fuzz.ts";

/** In all more than 100,000 damaged inputs. */
const RUNS = 13_000;

beforeAll(() => loadSqlParser());

describe("a damaged log, in parts and whole", () => {
  it.each(FUZZED_LOGS)("%s: says the same and loses no byte", (name) => fuzzLog(name, { runs: RUNS, seed: 7 }));
});
