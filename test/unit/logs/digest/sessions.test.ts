import { describe, expect, it } from "vitest";
import { type SessionStep, Sessions } from "../../../../src/logs/digest/sessions.ts";

const PID = 7;
const same = (number: number): number => number;

function step(kind: SessionStep["kind"], timeMs: number, statement: number, durationUs: number): SessionStep {
  return { kind, timeMs, statement, durationUs, user: 0, application: 0, route: 0 };
}

/** Executions by class and duration, of parts of a log that follow each other. */
function executions(...parts: readonly (readonly SessionStep[])[]): string[] {
  const found: string[] = [];
  const sink = {
    executed: ({ statement }: SessionStep, durationUs: number) => found.push(`${statement} ${durationUs}`),
    strayDuration: () => undefined,
  };
  const [first = [], ...rest] = parts;
  const whole = new Sessions(sink, { isOpen: false, toleranceMs: 2 });
  for (const one of first) whole.step(PID, one);
  for (const part of rest) {
    const later = new Sessions(sink, { isOpen: true, toleranceMs: 2 });
    for (const one of part) later.step(PID, one);
    whole.join(later, same, same);
  }
  whole.flush();
  return found.toSorted();
}

/** The steps cut in three at every two places, and whole. */
function everyCut(steps: readonly SessionStep[]): string[][] {
  const places = [...steps.keys(), steps.length];
  return places.flatMap((from) =>
    places
      .filter((to) => to >= from)
      .map((to) => executions(steps.slice(0, from), steps.slice(from, to), steps.slice(to))),
  );
}

describe("the plan of a statement", () => {
  it("is no execution of its own before the line of its statement", () => {
    const steps = [step("planned", 1000, 1, 90_000), step("executed", 1001, 1, 92_000), step("executed", 2000, 2, 100)];
    for (const found of everyCut(steps)) expect(found).toEqual(["1 92000", "2 100"]);
  });

  it("is none behind it either, where the extended protocol puts it", () => {
    const steps = [
      step("executed", 500, 3, 10),
      step("executed", 1000, 1, 92_000),
      step("planned", 1001, 1, 90_000),
      step("executed", 2000, 2, 100),
    ];
    for (const found of everyCut(steps)) expect(found).toEqual(["1 92000", "2 100", "3 10"]);
  });

  it("is one where its statement has no line", () => {
    const alone = step("planned", 1500, 1, 90_000);
    const steps = [step("executed", 1000, 1, 92_000), alone, step("executed", 2000, 2, 100)];
    for (const found of everyCut(steps)) expect(found).toEqual(["1 90000", "1 92000", "2 100"]);
  });

  it("is one behind another statement, or behind one that was shorter", () => {
    const other = [step("executed", 1000, 2, 92_000), step("planned", 1001, 1, 90_000), step("executed", 2000, 3, 100)];
    for (const found of everyCut(other)) expect(found).toEqual(["1 90000", "2 92000", "3 100"]);
    const shorter = [step("executed", 1000, 1, 500), step("planned", 1001, 1, 90_000), step("executed", 2000, 3, 100)];
    for (const found of everyCut(shorter)) expect(found).toEqual(["1 500", "1 90000", "3 100"]);
  });

  it("belongs to the next statement of its class behind the plan of the one before", () => {
    const steps = [
      step("executed", 1000, 1, 92_000),
      step("planned", 1001, 1, 90_000),
      step("planned", 1092, 1, 89_000),
      step("executed", 1093, 1, 91_000),
    ];
    for (const found of everyCut(steps)) expect(found).toEqual(["1 91000", "1 92000"]);
  });
});
