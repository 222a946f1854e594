import { html, type Markup } from "./markup.ts";

/** One column of a chart; `title` says it in words for those who point at it. */
export interface ChartColumn {
  readonly value: number;
  readonly title: string;
}

/** Columns as high as their values, in an SVG that fills its box; `label` says it all in words. */
export function columnChart(columns: readonly ChartColumn[], label: string, className = ""): Markup {
  const top = Math.max(...columns.map(({ value }) => value), Number.MIN_VALUE);
  const width = columns.length * 10;
  const rects = columns.map(({ value, title }, index) => {
    // A column of its own height for the smallest value: what happened once must be seen beside what happened often.
    const height = value === 0 ? 0 : Math.max(2, (value / top) * 40);
    return html`<rect class="fill" x="${index * 10 + 1}" y="${(40 - height).toFixed(1)}" width="8" height="${height.toFixed(1)}"><title>${title}</title></rect>`;
  });
  return html`<svg class="${className}" viewBox="0 0 ${width} 40" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="track" width="${width}" height="40"/>${rects}</svg>`;
}
