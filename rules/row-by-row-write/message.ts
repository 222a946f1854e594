import { statementLabel } from "../../src/computed/logged-locks.ts";
import {
  loopOwner,
  lossWords,
  mostStatements,
  placeWords,
  proofWords,
  repeatedLabels,
  runsWords,
} from "../../src/computed/loop-words.ts";
import type { QueryLoop } from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";

/** `POST /orders sends 30 statements where 1 would do: insert into items, row by row (src/cart.ts:7).` */
export function headlineOf(loop: QueryLoop): string {
  const { repeated, scopeClass, callSite } = loop;
  const what = repeatedLabels(repeated);
  if (scopeClass === "aggregate") return `A hint of a loop: ${what} runs ${plural(loop.executions, "time")}.`;
  const suspected = scopeClass === "stitched" ? "Suspected loop: " : "";
  const sent = mostStatements({ ...loop, source: null });
  return `${suspected}${loopOwner(loop)} sends ${plural(sent, "statement")} where ${formatCount(repeated.length)} would do: ${what}, row by row${placeWords(callSite)}.`;
}

export function messageOf(loop: QueryLoop): string {
  const { repeated, source } = loop;
  const what = repeated.map((statement) => statementLabel(statement)).join(", then ");
  const after = source === null ? "" : ` after ${statementLabel(source)}`;
  const batch =
    repeated.length === 1 ? "One batched statement a run" : "One batched statement for each of them and run";
  return `One row each time${after}: ${what}. ${runsWords(loop)}. ${lossWords(loop, batch)}, since it still writes the rows. ${proofWords(loop)}`;
}
