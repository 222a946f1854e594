import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeCapture } from "../../../src/app/capture-file.ts";
import { type CliResult, runCli } from "../../support/cli.ts";
import { sampleCapture } from "../../support/sample-capture.ts";

let cwd = "";
let capture = "";
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), "dbperf-cli-"));
  capture = join(cwd, "capture.json");
  await writeCapture(capture, sampleCapture());
});
afterEach(() => rmSync(cwd, { recursive: true }));

const run = (...argv: string[]): Promise<CliResult> => runCli(argv, { cwd });

describe("the command line", () => {
  it("prints help and version, and exits with 0", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("analyze") });
    expect(await run("analyze", "--help")).toMatchObject({ code: 0, out: expect.stringContaining("--fail-on") });
    expect(await run("--version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    [["frobnicate"], "unknown command"],
    [["analyze", "--frob"], "unknown option"],
    [["analyze", "--format", "pdf"], "Allowed choices"],
    [["analyze", "--top", "0"], "whole number"],
    [["analyze"], "No database was named"],
    [["analyze", "oracle://x/y"], "cannot connect to “oracle”"],
    [["analyze", "capture.json", "--only", "no-such-rule"], "There is no rule"],
    [["analyze", "capture.json", "--fail-on", "terrible"], "There is no rule"],
    [["analyze", "capture.json", "--fail-on", "missing-index", "--skip", "missing-index"], "can never fail"],
    [["analyze", "missing.json"], "does not exist"],
    [["rules", "no-such-rule"], "There is no rule"],
    [["show", "abcd"], "holds no snapshot"],
    [["suppress", "missing-index:12ab"], "required option"],
    [["suppress", "no-such-rule:12ab", "--reason", "x"], "There is no rule"],
  ])("%j is a usage error", async (argv, problem) => {
    expect(await run(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(problem) });
  });

  it("exits with 3 when there is no session", async () => {
    const { code, err } = await run("analyze", "postgres://u:s3cret-pw@127.0.0.1:1/db", "--no-store");
    expect(code).toBe(3);
    expect(err).toContain("refuses connections");
    expect(err).not.toContain("s3cret-pw");
  });

  it.each(["text", "json", "markdown", "html", "sarif", "junit"])("analyzes a capture as %s", async (format) => {
    const { code, out } = await run("analyze", "capture.json", "--format", format, "--no-store");
    expect([0, 4]).toContain(code);
    expect(out.length).toBeGreaterThan(200);
    expect(out).not.toContain("\u001b[");
  });

  it("keeps a snapshot once, and shows its findings", async () => {
    const first = await run("analyze", "capture.json");
    expect(first.err).toContain("Saved as snapshot 1");
    expect((await run("analyze", "capture.json")).err).not.toContain("Saved as");
    expect(statSync(join(cwd, "dbperf", "dbperf.db")).mode & 0o777).toBe(0o600);
  });

  it("prints the report and exits with 5 when the store cannot be written", async () => {
    const { code, out, err } = await run("analyze", "capture.json", "--store", join(capture, "x.db"));
    expect(code).toBe(5);
    expect(out).toContain("dbperf");
    expect(err).toContain("store");
  });

  it("writes the report to a file that only its owner may read", async () => {
    const { out } = await run(
      "analyze",
      "capture.json",
      "--no-store",
      "--format",
      "json",
      "-o",
      join(cwd, "report.json"),
    );
    expect(out).toBe("");
    expect(JSON.parse(readFileSync(join(cwd, "report.json"), "utf8"))).toMatchObject({ schemaVersion: 1 });
    expect(statSync(join(cwd, "report.json")).mode & 0o777).toBe(0o600);
  });

  it("takes settings from the configuration file and says where each comes from", async () => {
    writeFileSync(join(cwd, "dbperf.config.yaml"), "top: 7\ntargets: { prod: 'postgres://u:hush@h/d' }\n");
    const { out } = await run("config", "show", "--origin");
    expect(out).toMatch(/top\s+7\s+# .*dbperf\.config\.yaml/);
    expect(out).toMatch(/timeout\s+"5000ms"\s+# default/);
    expect(out).not.toContain("hush");
  });

  it("suppresses a finding in the reviewable file", async () => {
    expect(
      await run("suppress", "missing-index:12ab34cd56ef", "--reason", "accepted", "--until", "2099-01-01"),
    ).toMatchObject({ code: 0 });
    const file = join(cwd, "dbperf.suppressions.yaml");
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, "utf8")).toContain("accepted");
  });

  it("lists and explains rules, and prints set-up scripts", async () => {
    expect((await run("rules")).out).toContain("missing-index");
    expect((await run("rules", "missing-index")).out).toContain("## Problem");
    for (const host of ["self", "rds", "aurora", "cloudsql", "azure", "supabase", "neon"]) {
      expect((await run("setup", "--host", host)).out).toContain("pg_monitor");
    }
  });

  it("says what a capture could see", async () => {
    const { out, code } = await run("doctor", "capture.json");
    expect([0, 4]).toContain(code);
    expect(out).toContain("statement statistics");
  });
});
