import type { Analysis } from "../model/analysis.ts";
import type { ReportFormat } from "../model/report-format.ts";

export { REPORT_FORMATS, type ReportFormat } from "../model/report-format.ts";

/** Gives a text its colour; the caller decides whether there is any. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string): string => text;

/** No colour: for files, pipes and NO_COLOR. */
export const PLAIN: Palette = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };

/** What a format that lists rules says of one; an analysis holds only their ids. */
export interface RuleText {
  readonly id: string;
  /** The bad state as a sentence without a full stop. */
  readonly title: string;
}

export interface ReportOptions {
  /** Columns of the terminal; values outside 60 to 120 are brought into that range. */
  readonly width: number;
  readonly color: Palette;
  /** Every finding with its evidence, and every healthy rule by name. */
  readonly verbose?: boolean;
  /** Titles of rules; one that is not here is named by its id. */
  readonly rules?: readonly RuleText[];
}

/** One output format: a pure function of the analysis. */
export interface Reporter {
  readonly format: ReportFormat;
  readonly mediaType: string;
  /** Of files in this format, without the dot. */
  readonly extension: string;
  render(analysis: Analysis, options: ReportOptions): string;
}
