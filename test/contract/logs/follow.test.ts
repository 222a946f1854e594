import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FollowEvent, followLog } from "../../../src/logs/follow.ts";
import type { LogPosition } from "../../../src/logs/log-position.ts";
import { logText } from "../../support/log-tools.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A follower that is driven by hand: it stands still between two calls. */
class Reader {
  readonly #events: AsyncIterator<FollowEvent>;
  readonly #parts: Uint8Array[] = [];
  position: LogPosition | null;

  constructor(path: string, position: LogPosition | null = null, fromEnd = false) {
    this.position = position;
    const signal = new AbortController().signal;
    this.#events = followLog(path, { position, pollMs: 1, signal, fromEnd })[Symbol.asyncIterator]();
  }

  /** All that was read. */
  get text(): string {
    return Buffer.concat(this.#parts).toString();
  }

  /** The kinds of what happens until nothing new comes. */
  async untilIdle(): Promise<string[]> {
    const kinds: string[] = [];
    for (;;) {
      const { value } = await this.#events.next();
      const event = value as FollowEvent;
      this.position = event.position;
      if (event.kind === "idle") return kinds;
      if (event.kind === "data") this.#parts.push(event.bytes);
      kinds.push(event.kind === "truncated" ? `truncated, rest ${event.restWasRead ? "read" : "unknown"}` : event.kind);
    }
  }

  async stop(): Promise<LogPosition | null> {
    await this.#events.return?.();
    // Through JSON, as it is between two runs.
    return JSON.parse(JSON.stringify(this.position)) as LogPosition | null;
  }
}

function logPath(): string {
  return join(temporaryFolder(), "x.log");
}

/** A text of more than the 1 KiB that are a full head. */
const LONG = logText(2000).toString();
const OTHER = logText(2500, 2).toString();

describe("followLog on one file", () => {
  it("gives what is there, what comes, and partial lines as they are", async () => {
    const path = logPath();
    writeFileSync(path, "one\ntw");
    const reader = new Reader(path);
    expect(await reader.untilIdle()).toEqual(["data"]);
    expect(await reader.untilIdle()).toEqual([]);
    appendFileSync(path, "o\nthr");
    expect(await reader.untilIdle()).toEqual(["data"]);
    expect(reader.text).toBe("one\ntwo\nthr");
    await reader.stop();
  });

  it("begins at the end on request, but not in a file that comes later", async () => {
    const path = logPath();
    writeFileSync(path, LONG);
    const reader = new Reader(path, null, true);
    await reader.untilIdle();
    expect(reader.position).toMatchObject({ offset: Buffer.byteLength(LONG), headBytes: 1024 });
    appendFileSync(path, "new\n");
    await reader.untilIdle();
    expect(reader.text).toBe("new\n");
    const position = await reader.stop();
    const again = new Reader(path, position, true);
    appendFileSync(path, "newer\n");
    await again.untilIdle();
    expect(again.text).toBe("newer\n");
    await again.stop();

    const later = new Reader(join(dirname(path), "later.log"), null, true);
    expect(await later.untilIdle()).toEqual([]);
    expect(later.position).toBeNull();
    writeFileSync(join(dirname(path), "later.log"), "all of it\n");
    await later.untilIdle();
    expect(later.text).toBe("all of it\n");
    await later.stop();
  });

  it("reads a long file in pieces of at most 1 MiB", async () => {
    const path = logPath();
    const text = logText(3_500_000);
    writeFileSync(path, text);
    const reader = new Reader(path);
    expect(await reader.untilIdle()).toEqual(["data", "data", "data", "data"]);
    expect(reader.text).toBe(text.toString());
    await reader.stop();
  });

  it("does not take a head that grows for another one", async () => {
    const path = logPath();
    let position: LogPosition | null = null;
    let text = "";
    for (const part of ["", "a", "bc\n", LONG.slice(0, 500), LONG.slice(500), "end\n"]) {
      appendFileSync(path, part);
      const reader: Reader = new Reader(path, position);
      expect(await reader.untilIdle()).toEqual(part === "" ? [] : ["data"]);
      text += reader.text;
      position = await reader.stop();
    }
    expect(text).toBe(`abc\n${LONG}end\n`);
  });

  it("ends without an error when it is told to, also while it waits", async () => {
    const path = logPath();
    writeFileSync(path, "x\n");
    const controller = new AbortController();
    const kinds: string[] = [];
    for await (const event of followLog(path, { position: null, pollMs: 3_600_000, signal: controller.signal })) {
      kinds.push(event.kind);
      if (event.kind === "idle") setImmediate(() => controller.abort());
    }
    expect(kinds).toEqual(["data", "idle"]);
  });

  it("refuses what is no file", async () => {
    await expect(new Reader(temporaryFolder()).untilIdle()).rejects.toMatchObject({ code: "input-unreadable" });
  });
});

/** One rotation while following, and the same one between two runs. */
const RUNS = ["while it follows", "between two runs"] as const;

describe.each(RUNS)("followLog over a rotation %s", (run) => {
  async function across(
    path: string,
    before: () => void,
    change: () => void,
  ): Promise<{ kinds: string[]; text: string }> {
    before();
    const first = new Reader(path);
    await first.untilIdle();
    const second = run === "between two runs" ? new Reader(path, await first.stop()) : first;
    change();
    const kinds = await second.untilIdle();
    expect(await second.untilIdle()).toEqual([]);
    await second.stop();
    return { kinds, text: second === first ? first.text : first.text + second.text };
  }

  it("by renaming: the rest of the old file, then the new one", async () => {
    const path = logPath();
    const { kinds, text } = await across(
      path,
      () => writeFileSync(path, "old\n"),
      () => {
        appendFileSync(path, "rest\n");
        renameSync(path, `${path}.1`);
        writeFileSync(path, "new\n");
      },
    );
    expect(kinds).toEqual(["data", "rotated", "data"]);
    expect(text).toBe("old\nrest\nnew\n");
  });

  it("by renaming, several times", async () => {
    const path = logPath();
    writeFileSync(`${path}.1`, "long read\n");
    utimesSync(`${path}.1`, 1000, 1000);
    const { kinds, text } = await across(
      path,
      () => writeFileSync(path, "a\n"),
      () => {
        for (const part of ["b\n", "c\n", "d\n"]) {
          for (const n of [3, 2, 1]) rename(`${path}.${n}`, `${path}.${n + 1}`);
          renameSync(path, `${path}.1`);
          writeFileSync(path, part);
        }
      },
    );
    expect(kinds).toEqual(["rotated", "data", "rotated", "data", "rotated", "data"]);
    expect(text).toBe("a\nb\nc\nd\n");
  });

  it("by dates in names behind a symbolic link", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "current.log");
    const day = (n: number): string => `postgresql-2026-11-${n}_000000.log`;
    mkdirSync(join(folder, "log"));
    const { kinds, text } = await across(
      path,
      () => {
        writeFileSync(join(folder, "log", day(23)), "long read\n");
        utimesSync(join(folder, "log", day(23)), 1000, 1000);
        writeFileSync(join(folder, "log", day(24)), "a\n");
        symlinkSync(join("log", day(24)), path);
      },
      () => {
        appendFileSync(join(folder, "log", day(24)), "b\n");
        writeFileSync(join(folder, "log", day(25)), "c\n");
        writeFileSync(join(folder, "log", day(26)), "d\n");
        rmSync(path);
        symlinkSync(join("log", day(26)), path);
      },
    );
    expect(kinds).toEqual(["data", "rotated", "data", "rotated", "data"]);
    expect(text).toBe("a\nb\nc\nd\n");
  });

  it("to a name of no convention", async () => {
    const path = logPath();
    const { kinds, text } = await across(
      path,
      () => writeFileSync(path, "a\n"),
      () => {
        appendFileSync(path, "b\n");
        renameSync(path, join(dirname(path), "saved by hand"));
        writeFileSync(path, "c\n");
      },
    );
    expect(kinds).toEqual(["data", "rotated", "data"]);
    expect(text).toBe("a\nb\nc\n");
  });

  it("that counts upwards: older files are not read again", async () => {
    const path = logPath();
    for (const n of [1, 2]) {
      writeFileSync(`${path}.${n}`, "long read\n");
      utimesSync(`${path}.${n}`, n, n);
    }
    const { text } = await across(
      path,
      () => writeFileSync(path, "a\n"),
      () => {
        renameSync(path, `${path}.3`);
        writeFileSync(path, "b\n");
      },
    );
    expect(text).toBe("a\nb\n");
  });

  it("by copying and truncating: the rest is in the copy", async () => {
    const path = logPath();
    const { kinds, text } = await across(
      path,
      () => writeFileSync(path, LONG),
      () => {
        appendFileSync(path, "rest\n");
        copyFileSync(path, `${path}.1`);
        truncateSync(path);
        appendFileSync(path, "new\n");
      },
    );
    expect(kinds).toEqual(["data", run === "between two runs" ? "rotated" : "truncated, rest read", "data"]);
    expect(text).toBe(`${LONG}rest\nnew\n`);
  });

  it("by copying and truncating, twice, to a longer file than before", async () => {
    const path = logPath();
    const { text } = await across(
      path,
      () => writeFileSync(path, LONG),
      () => {
        appendFileSync(path, "rest\n");
        copyFileSync(path, `${path}.1`);
        truncateSync(path);
        appendFileSync(path, "between\n");
        renameSync(`${path}.1`, `${path}.2`);
        copyFileSync(path, `${path}.1`);
        truncateSync(path);
        appendFileSync(path, OTHER + OTHER);
      },
    );
    expect(text).toBe(`${LONG}rest\nbetween\n${OTHER}${OTHER}`);
  });

  it.each([
    ["shorter", "new\n"],
    ["longer, seen by its other head", OTHER],
  ])("by truncating without a copy, then %s: said, and begun again", async (_, content) => {
    const path = logPath();
    writeFileSync(`${path}.1`, `${OTHER}long read\n`);
    const { kinds, text } = await across(
      path,
      () => writeFileSync(path, LONG),
      () => {
        truncateSync(path);
        appendFileSync(path, content);
      },
    );
    expect(kinds).toEqual(["truncated, rest unknown", "data"]);
    expect(text).toBe(LONG + content);
  });

  it("with a while without a file", async () => {
    const path = logPath();
    writeFileSync(path, "a\n");
    const first = new Reader(path);
    await first.untilIdle();
    renameSync(path, `${path}.1`);
    const reader = run === "between two runs" ? new Reader(path, await first.stop()) : first;
    expect(await reader.untilIdle()).toEqual([]);
    appendFileSync(`${path}.1`, "b\n");
    expect(await reader.untilIdle()).toEqual(["data"]);
    writeFileSync(path, "");
    appendFileSync(`${path}.1`, "c\n");
    expect(await reader.untilIdle()).toEqual(["data"]);
    appendFileSync(`${path}.1`, "d\n");
    appendFileSync(path, "e\n");
    expect(await reader.untilIdle()).toEqual(["data", "rotated", "data"]);
    expect(reader === first ? reader.text : first.text + reader.text).toBe("a\nb\nc\nd\ne\n");
    await reader.stop();
  });

  it("that compressed a file before it was read: said", async () => {
    const path = logPath();
    const { kinds, text } = await across(
      path,
      () => writeFileSync(path, "a\n"),
      () => {
        renameSync(path, `${path}.2`);
        writeFileSync(`${path}.1.gz`, "compressed");
        writeFileSync(path, "c\n");
      },
    );
    expect(kinds).toEqual(["lost", "rotated", "data"]);
    expect(text).toBe("a\nc\n");
  });
});

describe("followLog without the old file", () => {
  it("reads a replaced file to its end, then the new one", async () => {
    const path = logPath();
    writeFileSync(`${path}.1`, "long read\n");
    utimesSync(`${path}.1`, 1000, 1000);
    writeFileSync(path, "a\n");
    const reader = new Reader(path);
    await reader.untilIdle();
    appendFileSync(path, "b\n");
    writeFileSync(`${path}.new`, "c\n");
    renameSync(`${path}.new`, path);
    expect(await reader.untilIdle()).toEqual(["data", "rotated", "data"]);
    expect(reader.text).toBe("a\nb\nc\n");
    await reader.stop();
  });

  it("finds what was rotated in between although the old file was removed", async () => {
    const path = logPath();
    writeFileSync(path, "a\n");
    utimesSync(path, 1000, 1000);
    const reader = new Reader(path);
    await reader.untilIdle();
    rmSync(path);
    writeFileSync(`${path}.1`, "b\n");
    writeFileSync(path, "c\n");
    expect(await reader.untilIdle()).toEqual(["rotated", "data", "rotated", "data"]);
    expect(reader.text).toBe("a\nb\nc\n");
    await reader.stop();
  });

  it("says after a restart that it is nowhere, and begins the new one", async () => {
    const path = logPath();
    writeFileSync(path, LONG);
    const reader = new Reader(path);
    await reader.untilIdle();
    const position = await reader.stop();
    writeFileSync(`${path}.new`, OTHER);
    renameSync(`${path}.new`, path);
    const again = new Reader(path, position);
    expect(await again.untilIdle()).toEqual(["lost", "data"]);
    expect(again.text).toBe(OTHER);
    await again.stop();
  });

  it("does not go on in another file that got the same inode", async () => {
    const path = logPath();
    writeFileSync(path, LONG);
    const reader = new Reader(path);
    await reader.untilIdle();
    const position = await reader.stop();
    writeFileSync(`${path}.new`, OTHER);
    renameSync(`${path}.new`, path);
    const ino = String(statSync(path, { bigint: true }).ino);
    const again = new Reader(path, position === null ? null : { ...position, ino });
    expect(await again.untilIdle()).toEqual(["truncated, rest unknown", "data"]);
    expect(again.text).toBe(OTHER);
    await again.stop();
  });

  it("knows a restored file by its full head, and reads nothing twice", async () => {
    const path = logPath();
    writeFileSync(path, LONG);
    const reader = new Reader(path);
    await reader.untilIdle();
    const position = await reader.stop();
    copyFileSync(path, `${path}.copy`);
    rmSync(path);
    renameSync(`${path}.copy`, path);
    appendFileSync(path, "more\n");
    const again = new Reader(path, position);
    expect(await again.untilIdle()).toEqual(["data"]);
    expect(again.text).toBe("more\n");
    await again.stop();
  });
});

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // There are not that many yet.
  }
}
