import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { hashOf, type LogPosition } from "../../../src/logs/log-position.ts";
import { readPositions, writePositions } from "../../../src/logs/position-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const POSITION: LogPosition = {
  dev: "2049",
  ino: "18446744073709551615",
  offset: 5,
  headHash: hashOf(Buffer.from("head\n")),
  headBytes: 5,
};

describe("the file of positions", () => {
  it("gives back what was written, by absolute path, to its owner alone", async () => {
    const file = join(temporaryFolder(), "positions.json");
    const far = { ...POSITION, offset: 3 * 1024 ** 4, headBytes: 1024 };
    await writePositions(file, { "/var/log/a.log": POSITION, "b.log": far });
    expect(await readPositions(file)).toEqual({ "/var/log/a.log": POSITION, [resolve("b.log")]: far });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is replaced whole, and private even where it was not", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "positions.json");
    await writePositions(file, { "/a": POSITION });
    chmodSync(file, 0o644);
    const before = statSync(file).ino;
    await writePositions(file, { "/b": POSITION });
    expect(await readPositions(file)).toEqual({ "/b": POSITION });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).ino).not.toBe(before);
    expect(readdirSync(folder)).toEqual(["positions.json"]);
  });

  it("holds nothing where it does not exist", async () => {
    expect(await readPositions(join(temporaryFolder(), "none.json"))).toEqual({});
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, -10), "it is not JSON, or was cut off"],
    ["empty", () => "", "it is not JSON, or was cut off"],
    ["of another kind", (text: string) => text.replace("dbperf-log-positions", "x"), "kind: "],
    ["of a later format", (text: string) => text.replace('"version": 1', '"version": 2'), "version: "],
    ["without an offset", (text: string) => text.replace('"offset": 5,', ""), "positions./a.log.offset: "],
    [
      "with a negative offset",
      (text: string) => text.replace('"offset": 5', '"offset": -5'),
      "positions./a.log.offset: ",
    ],
    [
      "with an offset that its head does not fit",
      (text: string) => text.replace('"offset": 5', '"offset": 6'),
      "headBytes",
    ],
    ["with a relative path", (text: string) => text.replace("/a.log", "a.log"), "positions.a.log: "],
  ])("is refused when it is %s", async (_, damage, problem) => {
    const file = join(temporaryFolder(), "positions.json");
    await writePositions(file, { "/a.log": POSITION });
    writeFileSync(file, damage(readFileSync(file, "utf8")));
    await expect(readPositions(file)).rejects.toMatchObject({
      code: "log-positions-damaged",
      exitCode: 2,
      message: expect.stringContaining(problem),
      help: expect.stringContaining(`rm ${file}`),
    });
  });

  it("says where it cannot be written or read, and leaves no part behind", async () => {
    const folder = temporaryFolder();
    await expect(writePositions(join(folder, "none", "p.json"), {})).rejects.toMatchObject({
      code: "output-unwritable",
      message: expect.not.stringContaining(".part"),
    });
    await expect(writePositions(folder, {})).rejects.toMatchObject({ code: "output-unwritable" });
    await expect(readPositions(folder)).rejects.toMatchObject({ code: "input-unreadable" });
    expect(readdirSync(folder)).toEqual([]);
  });
});
