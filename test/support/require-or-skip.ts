import { describe, it } from "vitest";

/** `describe` for suites that need something of the machine: skipped by name without it, failed in CI, where all must be there. */
export function describeIf(available: boolean, why: string): (name: string, suite: () => void) => void {
  return (name, suite) => {
    if (available) {
      describe(name, suite);
    } else if (isCi()) {
      describe(name, () => {
        it(`runs in CI`, () => {
          throw new Error(`“${name}” cannot run here: ${why}`);
        });
      });
    } else {
      describe.skip(`${name} (${why})`, suite);
    }
  };
}

function isCi(): boolean {
  const value = process.env["CI"] ?? "";
  return value !== "" && value !== "0" && value !== "false";
}
