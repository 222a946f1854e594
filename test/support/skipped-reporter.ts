import type { Reporter, TestModule } from "vitest/node";

/** Names every skipped test at the end of a run, so that silence never hides one. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap((module) => {
      return [...module.children.allTests("skipped")].map((test) => `  ${module.project.name}  ${test.fullName}`);
    });
    if (names.length === 0) return;
    console.log(`\nNot run on this machine (${names.length}):\n${names.join("\n")}`);
  }
}
