import { holdsMostCalls } from "../../src/computed/loop-cost.ts";
import { LOOP_SOURCES, loopInstances, loopSubject } from "../../src/computed/loop-evidence.ts";
import { joinedTables, joinMsPerHour, joinWidth } from "../../src/computed/loop-joins.ts";
import { statementEvidence, statementLoad } from "../../src/computed/statement-load.ts";
import {
  defineRule,
  type Evidence,
  type FindingDraft,
  type StatementStatistics,
  type WideJoin,
} from "../../src/rule.ts";
import { adviceOf, headlineOf, messageOf } from "./message.ts";

/** One has-many relation gives each of its rows once; rows multiply from the second on. */
const MIN_TABLES = 3;

export default defineRule({
  meta: {
    id: "cartesian-explosion",
    title: "A join of several has-many relations returns the same entities over and over",
    category: "statement",
    severity: "warning",
    scope: "database",
    engines: ["postgres", "mysql", "mariadb"],
    explains: ["slow-statement"],
  },
  needs: ["queryLoops"],
  uses: ["statements"],
  thresholds: {
    minRows: { default: 1000, unit: "rows", description: "Joins that return fewer rows, on average, are ignored." },
    minRowsPerEntity: {
      default: 10,
      unit: "rows",
      description: "Joins with fewer rows for each entity are ignored, where the entities are known.",
    },
  },
  *detect({ artifacts: { queryLoops, statements }, thresholds }) {
    for (const join of queryLoops.joins) {
      const { rowsPerExecution, rowsPerEntity } = joinWidth(join);
      if (rowsPerExecution < thresholds.minRows) continue;
      if (rowsPerEntity !== null && rowsPerEntity < thresholds.minRowsPerEntity) continue;
      const tables = joinedTables(join.statement.query);
      if (tables !== null && tables.length < MIN_TABLES) continue;
      const draft = draftOf(join, tables, statements);
      if (draft !== null) yield draft;
    }
  },
});

function draftOf(
  join: WideJoin,
  tables: readonly string[] | null,
  statements: StatementStatistics | null,
): FindingDraft | null {
  const { statement, entities, executions, listed } = join;
  const subject = loopSubject([statement], join);
  if (subject === null) return null;
  return {
    subject,
    confidence: entities === null ? "heuristic" : "measured",
    headline: headlineOf(join, tables),
    message: messageOf(join, tables),
    evidence: evidenceOf(join, statements),
    savesMsPerHour: joinMsPerHour(join, statements),
    recommendations: [adviceOf(join, tables)],
    topics:
      entities !== null && holdsMostCalls(statement.fingerprint, executions, statements)
        ? [`statement:${statement.fingerprint}`]
        : [],
    instances: loopInstances(listed, subject.query),
  };
}

function evidenceOf(join: WideJoin, statements: StatementStatistics | null): readonly Evidence[] {
  const { statement, rows, entities, executions } = join;
  const load = statements === null ? null : statementLoad(statements, statement.fingerprint);
  const source = LOOP_SOURCES.trace;
  return [
    { kind: "metric", name: "rows returned in all", value: rows, unit: "rows", source },
    { kind: "metric", name: "executions", value: executions, unit: "calls", source },
    ...(entities === null
      ? []
      : [{ kind: "metric", name: "entities among the rows", value: entities, unit: "count", source } as const]),
    load === null ? { kind: "definition", label: "join", sql: statement.query } : statementEvidence(load),
  ];
}
