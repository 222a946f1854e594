import { statementLabel } from "../../src/computed/logged-locks.ts";
import {
  loopOwner,
  lossWords,
  mostStatements,
  placeWords,
  proofWords,
  repeatedLabels,
  runsWords,
  sourceTable,
} from "../../src/computed/loop-words.ts";
import type { QueryLoop } from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";

/** `GET /orders sends 51 statements where 2 would do: users by id, once per row of orders (src/orders.ts:42).` */
export function headlineOf(loop: QueryLoop): string {
  const { scopeClass, repeated, source, callSite } = loop;
  const what = repeatedLabels(repeated);
  if (scopeClass === "aggregate") return `A hint of a loop: ${what} runs ${ratioWords(loop)}.`;
  const enough = repeated.length + (source === null ? 0 : 1);
  const sends = `${loopOwner(loop)} sends ${plural(mostStatements(loop), "statement")} where ${formatCount(enough)} would do`;
  return `${scopeClass === "stitched" ? "Suspected loop: " : ""}${sends}: ${what}, ${each(loop)}${placeWords(callSite)}.`;
}

/** What loops over what, how often, what it costs, and why it is believed. */
export function messageOf(loop: QueryLoop): string {
  const { repeated, source, sourceRows, scopeClass } = loop;
  const what = repeated.map((statement) => statementLabel(statement)).join(", then ");
  if (scopeClass === "aggregate") {
    const rows = sourceRows === null ? "" : `, which returned ${plural(sourceRows, "row")} in all`;
    const ratio = source === null ? "" : `, ${ratioWords(loop)}${rows}`;
    return `${what} ran ${plural(loop.executions, "time")}${ratio}. ${lossWords(loop, "If that is a loop, one statement for each run of it")}. ${proofWords(loop)}`;
  }
  const after = source === null ? "" : ` after ${statementLabel(source)}`;
  const rows = sourceRows === null ? "" : `, which returned ${plural(sourceRows, "row")} in the run that is shown`;
  const batch =
    repeated.length === 1 ? "One batched statement a run" : "One batched statement for each of them and run";
  return `Again and again${after}${rows}: ${what}. ${runsWords(loop)}. ${lossWords(loop, batch)}, since it still does the work. ${proofWords(loop)}`;
}

function each({ source }: QueryLoop): string {
  if (source === null) return "each time with another key";
  const table = sourceTable(source);
  return `once per row of ${table ?? "another statement"}`;
}

/** `20 times for each run of orders by customer_id`, `5,000 times`. */
function ratioWords({ source, executions, runs }: QueryLoop): string {
  if (source === null || runs === 0) return plural(executions, "time");
  const table = sourceTable(source);
  const query = table === null ? statementLabel(source, 60) : `a statement over ${table}`;
  return `${plural(executions / runs, "time")} for each run of ${query}`;
}
