/** Scenarios by the path of their request. */
export const SCENARIOS: Readonly<
  Record<string, { readonly found: string | null; readonly loops?: number; readonly isPart?: boolean }>
>;
