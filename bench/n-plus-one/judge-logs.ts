import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Labels } from "./labels.ts";
import { printLogAccuracy } from "./log-accuracy.ts";
import { type FalseAlarm, type LoopVerdict, type Spoken, verdictsOf } from "./log-verdicts.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");
const FAMILY: ReadonlySet<string> = new Set(["n-plus-one", "redundant-query", "row-by-row-write"]);
const AT_ONCE = 2;
/** A finding lists no more instances than these, the longest loops first. */
const MOST_LISTED = 20;

export interface Judged {
  readonly half: Labels["half"];
  /** Only recordings whose name has this text. */
  readonly only: string;
  /** Each miss and each false alarm. */
  readonly isVerbose: boolean;
}

/** Runs `dbperf logs` on the recordings of one half, and prints what it found beside what there was. */
export async function judgeLogs(folder: string, { half, only, isVerbose }: Judged): Promise<void> {
  const waiting = readdirSync(folder)
    .filter((name) => name.endsWith(".labels.json") && name.includes(only))
    .map((name) => ({
      log: join(folder, name.replace(/labels\.json$/, "log")),
      labels: JSON.parse(readFileSync(join(folder, name), "utf8")) as Labels,
    }))
    .filter(({ labels }) => labels.half === half);
  const judged: Labels[] = [];
  let full = 0;
  const loops: LoopVerdict[] = [];
  const alarms: FalseAlarm[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const findings = await findingsAbout(next.log);
      const verdicts = verdictsOf(next.labels, findings.flatMap(spokenIn));
      full += findings.filter(({ instances = [] }) => instances.length >= MOST_LISTED).length;
      loops.push(...verdicts.loops);
      alarms.push(...verdicts.alarms);
      judged.push(next.labels);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (judged.length === 0) throw new Error(`no recording of the ${half} half in ${folder}`);
  printLogAccuracy({ judged, loops, alarms }, isVerbose);
  if (full > 0) console.log(`\n${full} findings list ${MOST_LISTED} instances: what else they have was not judged.`);
}

/** What this bench reads of a report. */
interface ReportedFinding {
  readonly ruleId: string;
  readonly confidence: string;
  readonly subject: { readonly query?: string };
  readonly instances?: readonly { readonly from: string; readonly to: string; readonly query: string }[];
}

async function findingsAbout(log: string): Promise<ReportedFinding[]> {
  const report = JSON.parse(await reportOf(log)) as { readonly findings: readonly ReportedFinding[] };
  return report.findings.filter(({ ruleId }) => FAMILY.has(ruleId));
}

function spokenIn({ ruleId: rule, confidence, subject, instances = [] }: ReportedFinding): Spoken[] {
  const times = instances.map(({ from, to, query }) => ({
    query,
    time: { from: Date.parse(from), to: Date.parse(to) },
  }));
  const all = times.length > 0 ? times : [{ query: subject.query ?? "", time: null }];
  return all.map((one) => ({ rule, confidence, ...one }));
}

/** A report is printed also where the exit code says that something was found. */
async function reportOf(log: string): Promise<string> {
  const args = [MAIN, "logs", log, "--no-store", "--format", "json"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 256 * 1024 ** 2 }, (error, out, problems) => {
      if (out.startsWith("{")) resolve(out);
      else reject(new Error(`dbperf logs ${log}: ${problems}`, { cause: error }));
    });
  });
}
