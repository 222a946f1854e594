/** What was found in the requests of one scenario. */
export interface Outcome {
  readonly application: string;
  readonly pool: number;
  readonly perSecond: number;
  readonly scenario: string;
  /** Whether a loop is in it. */
  readonly isLoop: boolean;
  readonly requests: number;
  /** Requests whose loop was found, by the rule that is meant. */
  readonly right: number;
  /** Anything else that was found there. */
  readonly wrong: number;
}

/** Prints precision, recall and F1 with 95 % Wilson intervals, and what went wrong. */
export function printAccuracy(half: string, outcomes: readonly Outcome[]): void {
  const positive = outcomes.filter(({ isLoop }) => isLoop);
  const negative = outcomes.filter(({ isLoop }) => !isLoop);
  const right = sum(positive.map((one) => one.right));
  const wrong = sum(outcomes.map((one) => one.wrong));
  const loops = sum(positive.map(({ requests }) => requests));
  const quiet = sum(negative.map(({ requests }) => requests));
  const wrongQuiet = sum(negative.map((one) => one.wrong));
  console.log(`## Class A, ${half} half: ${[...new Set(outcomes.map(({ application }) => application))].join(", ")}\n`);
  console.log("| requests with a loop | look-alikes | precision | recall | F1 | findings per 1,000 look-alikes |");
  console.log("|---|---|---|---|---|---|");
  const cells = accuracyCells({ right, wrong, wrongQuiet, loops, quiet });
  console.log(`| ${cells.join(" | ")} |\n`);
  const failed = outcomes.filter((one) => one.wrong > 0 || (one.isLoop && one.right < one.requests));
  for (const { application, pool, perSecond, scenario, requests, right: found, wrong: others } of failed) {
    console.log(
      `- ${application}, pool ${pool}, background ${perSecond}/s, ${scenario}: ${found} of ${requests} found, ${others} wrong`,
    );
  }
  if (failed.length > 0) console.log();
}

/** How many were right and wrong, of how many requests. */
export interface Counts {
  readonly right: number;
  readonly wrong: number;
  /** Of the wrong ones, those in look-alikes. */
  readonly wrongQuiet: number;
  readonly loops: number;
  readonly quiet: number;
}

/** Cells of a table: requests with a loop, look-alikes, precision, recall, F1, findings per 1,000 look-alikes. */
export function accuracyCells({ right, wrong, wrongQuiet, loops, quiet }: Counts): string[] {
  const precision = right / Math.max(1, right + wrong);
  const recall = right / Math.max(1, loops);
  const f1 = (2 * precision * recall) / Math.max(Number.EPSILON, precision + recall);
  const perThousand = ((1000 * wrongQuiet) / Math.max(1, quiet)).toFixed(1);
  return [
    String(loops),
    String(quiet),
    withInterval(right, right + wrong),
    withInterval(right, loops),
    f1.toFixed(3),
    perThousand,
  ];
}

/** Of nothing there is no share. */
function withInterval(hits: number, all: number): string {
  if (all === 0) return "–";
  const [low, high] = wilson(hits, all);
  return `${(hits / all).toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

/** 95 % interval of a share. Source: Wilson (1927), score interval. */
function wilson(hits: number, all: number): readonly [low: number, high: number] {
  const z = 1.959964;
  const share = hits / all;
  const middle = share + (z * z) / (2 * all);
  const spread = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const scale = 1 + (z * z) / all;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
