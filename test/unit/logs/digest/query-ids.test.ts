import { describe, expect, it } from "vitest";
import { packDigest, unpackDigest } from "../../../../src/logs/digest/pack.ts";
import { parseCsv } from "../../../support/csv.ts";
import { POSTGRES_15_LOGS } from "../../../support/postgres-15-logs.ts";
import { readLog } from "../../../support/read-log.ts";

const QUERY_ID_COLUMN = 25;
const MESSAGE_COLUMN = 13;

describe("PostgreSQL's identifier of a query", () => {
  /** Ids of lines that hold a whole execution, by the CSV reader of the tests. */
  const written = new Set(
    parseCsv(POSTGRES_15_LOGS.csv.text.toString("utf8"))
      .filter((record) => /^duration: [\d.]+ ms {2}(?:statement|execute)/.test(record[MESSAGE_COLUMN] ?? ""))
      .map((record) => record[QUERY_ID_COLUMN])
      .filter((id) => id !== undefined && id !== "0"),
  );

  it.each(Object.entries(POSTGRES_15_LOGS))("%s: stands beside the classes, also in a saved digest", (_, log) => {
    const { digest } = readLog(log.text, { open: log.open });
    const ids = digest.statements.details.flatMap(({ queryId }) => queryId ?? []);
    expect(ids.length).toBeGreaterThan(5);
    expect(ids.filter((id) => !written.has(id))).toEqual([]);
    const saved = unpackDigest(JSON.parse(JSON.stringify(packDigest(digest))) as ReturnType<typeof packDigest>);
    expect(saved.statements.details.flatMap(({ queryId }) => queryId ?? [])).toEqual(ids);
  });
});
