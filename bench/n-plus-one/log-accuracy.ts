import { accuracyCells } from "./accuracy.ts";
import type { LabelledRequest, Labels } from "./labels.ts";
import type { FalseAlarm, LoopVerdict } from "./log-verdicts.ts";

/** Everything that was judged. */
export interface LogVerdicts {
  readonly judged: readonly Labels[];
  readonly loops: readonly LoopVerdict[];
  readonly alarms: readonly FalseAlarm[];
}

const CLASSES = ["A", "B", "C"] as const;
const TITLES = { postgres: "PostgreSQL", mariadb: "MariaDB" } as const;

/** Prints a table a server, by class and background, then what was missed and what was wrong. */
export function printLogAccuracy(verdicts: LogVerdicts, isVerbose: boolean): void {
  for (const dialect of ["postgres", "mariadb"] as const) {
    for (const isQuiet of [false, true]) {
      const part = partOf(verdicts, (labels) => labels.dialect === dialect && isQuietVariant(labels) === isQuiet);
      if (part.judged.length > 0) printPart(part, `${TITLES[dialect]}${isQuiet ? ", logs without a loop" : ""}`);
    }
  }
  if (isVerbose) printEach(verdicts);
}

function isQuietVariant({ variant }: Labels): boolean {
  return variant.startsWith("quiet-");
}

function printPart(part: LogVerdicts, title: string): void {
  const applications = [...new Set(part.judged.map(({ application }) => application))].toSorted().join(", ");
  const half = part.judged[0]?.half ?? "";
  console.log(`## ${title}, ${half} half: ${applications}; ${part.judged.length} logs\n`);
  console.log(
    "| class | background/s | requests with a loop | look-alikes | precision | recall | F1 | findings per 1,000 look-alikes |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  const rates = [...new Set(part.judged.map(({ perSecond }) => perSecond))].toSorted((a, b) => a - b);
  for (const scopeClass of CLASSES) {
    for (const rate of [...rates, null]) {
      const cells = cellsOf(
        partOf(part, (labels) => rate === null || labels.perSecond === rate),
        scopeClass,
      );
      if (cells !== null) console.log(`| ${[scopeClass, rate ?? "all", ...cells].join(" | ")} |`);
    }
  }
  console.log();
  printConfidence(part);
  printGrouped("Missed", missesOf(part));
  printGrouped("Wrong", part.alarms.map(alarmName));
}

function partOf({ judged, loops, alarms }: LogVerdicts, belongs: (labels: Labels) => boolean): LogVerdicts {
  return {
    judged: judged.filter(belongs),
    loops: loops.filter(({ labels }) => belongs(labels)),
    alarms: alarms.filter(({ labels }) => belongs(labels)),
  };
}

function cellsOf({ judged, loops, alarms }: LogVerdicts, scopeClass: LabelledRequest["scopeClass"]): string[] | null {
  const own = loops.filter(({ request }) => request.scopeClass === scopeClass);
  const wrong = alarms.filter((alarm) => alarm.scopeClass === scopeClass).length;
  const quiet = judged.flatMap(({ requests }) =>
    requests.filter((one) => one.rule === null && one.scopeClass === scopeClass),
  ).length;
  if (own.length + quiet === 0) return null;
  const right = own.filter(({ by }) => by !== null).length;
  return accuracyCells({ right, wrong, wrongQuiet: wrong, loops: own.length, quiet });
}

function printConfidence({ loops }: LogVerdicts): void {
  for (const scopeClass of CLASSES) {
    const found = loops.flatMap(({ request, by }) =>
      request.scopeClass === scopeClass && by !== null ? [{ request, by }] : [],
    );
    if (found.length === 0) continue;
    const others = found.filter(({ request, by }) => by.rule !== request.rule).length;
    const levels = counted(found.map(({ by }) => by.confidence)).map(([level, count]) => `${count} ${level}`);
    console.log(`- class ${scopeClass}, what was found: ${levels.join(", ")}; ${others} by another rule of the family`);
  }
}

function missesOf({ loops }: LogVerdicts): string[] {
  return loops.flatMap(({ labels, request, by }) =>
    by === null ? [`class ${request.scopeClass}, background ${labels.perSecond}/s, ${request.scenario}`] : [],
  );
}

function alarmName({ labels, scopeClass, scenario, spoken }: FalseAlarm): string {
  return `class ${scopeClass}, background ${labels.perSecond}/s, ${scenario}: ${spoken.rule}, ${spoken.confidence}`;
}

function printGrouped(title: string, names: readonly string[]): void {
  if (names.length === 0) return;
  console.log(`\n${title}:\n`);
  for (const [name, count] of counted(names)) console.log(`- ${name}: ${count}`);
  console.log();
}

function counted(names: readonly string[]): (readonly [name: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function printEach({ loops, alarms }: LogVerdicts): void {
  for (const { labels, request, by } of loops) {
    if (by !== null) continue;
    for (const { query, count, from, to } of request.planted) {
      console.log(`missed ${nameOf(labels)} ${request.scenario} ${isoRange(from, to)} ${count} × ${query}`);
    }
  }
  for (const { labels, spoken, scenario } of alarms) {
    const { time, rule, confidence, query } = spoken;
    const when = time === null ? "?" : isoRange(time.from, time.to);
    console.log(`wrong ${nameOf(labels)} ${scenario} ${when} ${rule} ${confidence} ${query}`);
  }
}

function nameOf({ application, pool, perSecond, variant }: Labels): string {
  return `${application}-${pool}-${perSecond}-${variant}`;
}

function isoRange(from: number, to: number): string {
  return `${new Date(from).toISOString()}/${new Date(to).toISOString()}`;
}
