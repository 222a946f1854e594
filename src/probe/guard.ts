/** Keeps the program from ever feeling a failure of the probe. */
export interface Guard {
  readonly isOff: () => boolean;
  /** Does `work`; where it fails, the probe is off from then on and `otherwise` is the result. */
  attempt<T>(work: () => T, otherwise: T): T;
  turnOff(error: unknown): void;
}

/** `onOff` is told once why, in one line. */
export function createGuard(onOff: (problem: string) => void): Guard {
  let isOff = false;
  const turnOff = (error: unknown): void => {
    if (isOff) return;
    isOff = true;
    const problem = error instanceof Error ? error.message : String(error);
    onOff(problem.split("\n", 1)[0] ?? "");
  };
  return {
    isOff: () => isOff,
    turnOff,
    attempt: (work, otherwise) => {
      if (isOff) return otherwise;
      try {
        return work();
      } catch (error) {
        turnOff(error);
        return otherwise;
      }
    },
  };
}
