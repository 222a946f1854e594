import type { Analysis } from "../model/analysis.ts";
import { printable } from "../util/text.ts";
import { formatCount, plural } from "../util/units.ts";
import { type Arrangement, arrange } from "./arrange.ts";

const NUMBER_WORDS = [
  "No",
  "One",
  "Two",
  "Three",
  "Four",
  "Five",
  "Six",
  "Seven",
  "Eight",
  "Nine",
  "Ten",
  "Eleven",
  "Twelve",
];

/** The answer in at most three sentences: the worst finding, what is stuck now, how much more there is. */
export function headline(analysis: Analysis, arrangement: Arrangement = arrange(analysis)): string {
  const [first, ...rest] = arrangement.problems;
  if (first === undefined) return cleanSentence(analysis, arrangement);
  const sentences = [sentence(first.finding.headline)];
  const blocked = new Set(analysis.locks?.map((wait) => wait.waiterPid)).size;
  let more = rest;
  if (blocked > 0 && first.finding.ruleId !== "blocked-session") {
    sentences.push(`${numberWord(blocked)} ${blocked === 1 ? "session is" : "sessions are"} blocked now.`);
    more = rest.filter((entry) => entry.finding.ruleId !== "blocked-session");
  }
  if (more.length > 0) sentences.push(`${plural(more.length, "more finding")}.`);
  return sentences.join(" ");
}

function cleanSentence(analysis: Analysis, arrangement: Arrangement): string {
  const looked = analysis.outcomes.filter((outcome) => outcome.status === "ran").length;
  const not = analysis.outcomes.length - looked;
  const couldNot = not === 0 ? "" : `, ${formatCount(not)} could not (see not checked)`;
  if (looked === 0) {
    return `Nothing could be judged: ${not === 0 ? "no rule looked" : `${plural(not, "rule")} could not look (see not checked)`}.`;
  }
  const notes = arrangement.notes.length === 0 ? "" : ` ${plural(arrangement.notes.length, "note")} below.`;
  return `No problem found: ${plural(looked, "rule")} looked${couldNot}.${notes}`;
}

function sentence(text: string): string {
  const line = printable(text);
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function numberWord(count: number): string {
  return NUMBER_WORDS[count] ?? formatCount(count);
}
