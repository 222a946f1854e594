import picocolors from "picocolors";
import { type Palette, PLAIN } from "../report/index.ts";

/** Terminal colours, or none. */
export function paletteOf(color: boolean): Palette {
  if (!color) return PLAIN;
  const { bold, dim, red, yellow, green, cyan } = picocolors.createColors(true);
  return { bold, dim, red, yellow, green, cyan };
}
