import { en } from "zod/locales";
import type * as z from "zod/mini";

// zod's small form has no messages of its own, and is the one to use: the other takes 0.2 s of CPU to load.
const { localeError } = en();

/** Checks what comes from outside against a schema; problems are in English. */
export function checkShape<T>(schema: z.ZodMiniType<T>, value: unknown): z.core.util.SafeParseResult<T> {
  return schema.safeParse(value, { error: localeError });
}

/** What is wrong first, with its path: `positions.0: Invalid input: expected string, received number`. */
export function firstProblem(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "unknown shape";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}
