import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { expect, it } from "vitest";
import { runDemo } from "../../src/app/demo.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";

const embedded = liveServers().find(({ majorVersion }) => majorVersion === 18);

describeIf(embedded?.available === true, embedded?.why ?? "no embedded server")("the demo", () => {
  it("finds what it planted and nothing else, and keeps only its files", async () => {
    const phases = new Set<string>();
    const run = await runDemo({
      environment: { variables: process.env, homeDirectory: homedir(), userName: "demo" },
      nodePath: process.execPath,
      now: () => new Date().toISOString(),
      workloadMs: 6000,
      onProgress: ({ phase }) => phases.add(phase),
      onStarted: () => undefined,
    });
    await rm(run.folder, { recursive: true });
    const standing = run.analysis.findings.filter(({ partOf, severity }) => partOf === null && severity !== "info");
    expect(standing.map(({ ruleId }) => ruleId).toSorted()).toEqual([
      "duplicate-index",
      "idle-in-transaction",
      "missing-index",
      "redundant-index",
    ]);
    expect(standing[0]?.ruleId).toBe("missing-index");
    expect(run.analysis.findings.filter(({ partOf }) => partOf !== null).map(({ ruleId }) => ruleId)).toContain(
      "blocked-session",
    );
    expect([...phases]).toEqual(["install", "start", "load", "workload", "analyze"]);
    expect(run.storeError).toBeNull();
  });
});
