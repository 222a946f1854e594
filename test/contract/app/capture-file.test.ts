import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCapture, writeCapture } from "../../../src/app/capture-file.ts";
import { sampleCapture } from "../../support/sample-capture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dbperf-capture-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, text);
  return file;
}

describe("a capture file", () => {
  it("is read back as it was written, and is readable by its owner alone", async () => {
    const file = join(folder, "capture.json");
    await writeCapture(file, sampleCapture());
    expect(await readCapture(file)).toEqual(sampleCapture());
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["empty", " \n", "is empty"],
    ["cut off", JSON.stringify(sampleCapture()).slice(0, 500), "cut off"],
    ["of another program", '{"kind":"trace"}', "is not a dbperf capture"],
    ["a list", "[]", "is not a dbperf capture"],
    ["without an artifact", JSON.stringify({ ...sampleCapture(), artifacts: {} }), "artifacts"],
  ])("that is %s is refused with the reason", async (_, text, problem) => {
    await expect(readCapture(fileWith(text))).rejects.toThrow(problem);
  });

  it("of a newer format asks for an update", async () => {
    const newer = JSON.stringify({ ...sampleCapture(), schemaVersion: 99 });
    await expect(readCapture(fileWith(newer))).rejects.toMatchObject({ code: "input-newer", exitCode: 2 });
  });

  it("that is not there, or in a folder that is not there, is an error with exit code 2", async () => {
    await expect(readCapture(join(folder, "none.json"))).rejects.toMatchObject({ code: "input-not-found" });
    await expect(writeCapture(join(folder, "no", "x.json"), sampleCapture())).rejects.toMatchObject({
      code: "output-unwritable",
      exitCode: 2,
    });
  });
});
