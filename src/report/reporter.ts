import type { Analysis } from "../model/analysis.ts";

export type ReportFormat = "text" | "json" | "markdown" | "html";

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

export interface ReportOptions {
  /** Columns of the terminal; values outside 60 to 120 are brought into that range. */
  readonly width: number;
  readonly color: Palette;
  /** Every finding with its evidence, and every healthy rule by name. */
  readonly verbose?: boolean;
}

/** One output format: a pure function of the analysis. */
export interface Reporter {
  readonly format: ReportFormat;
  readonly mediaType: string;
  /** Of files in this format, without the dot. */
  readonly extension: string;
  render(analysis: Analysis, options: ReportOptions): string;
}
