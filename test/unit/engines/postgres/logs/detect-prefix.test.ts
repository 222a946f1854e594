import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type DetectedPrefix, detectPrefix } from "../../../../../src/engines/postgres/logs/detect-prefix.ts";
import { compilePrefix } from "../../../../../src/engines/postgres/logs/prefix.ts";
import { StderrReader } from "../../../../../src/engines/postgres/logs/stderr.ts";
import { LogDigest } from "../../../../../src/logs/digest/digest.ts";
import { Kernel, READ, SLOT } from "../../../../../src/logs/kernel/kernel.ts";
import { type NamedSession, recorded, recordedPrefixes } from "./recorded-prefixes.ts";

/** A user cannot be told from a database, or an application from either, where nothing but their place names them. */
const UNNAMEABLE = ["p13", "p18"];

const RECORDED = [...recordedPrefixes()].map(([name, log]) => ({ name, ...log }));
const NAMEABLE = RECORDED.filter(({ name }) => !UNNAMEABLE.includes(name));

describe("detectPrefix on recorded logs", () => {
  it.each(NAMEABLE)("$name: $prefix", ({ prefix, text }) => {
    expect(detectPrefix(text, [])).toEqual({ text: prefix, origin: "detected", share: 1 });
  });

  it.each(NAMEABLE)("$name names the sessions that csvlog names", ({ prefix, text, messages }) => {
    const named = sessionsOf(text, detected(text).text);
    const asCsv = messages.map(({ pid, user, database, application }) => ({
      pid: /%\d*[pc]/.test(prefix) ? pid : "",
      user: prefix.includes("%u") ? user : "",
      database: prefix.includes("%d") ? database : "",
      application: prefix.includes("%a") ? application : "",
    }));
    // Processes write both files, but not in the same order.
    expect(byPid(named)).toEqual(byPid(asCsv));
    expect(named.length).toBeGreaterThan(40);
  });

  it.each(RECORDED.filter(({ name }) => UNNAMEABLE.includes(name)))("$name is left to the user: $prefix", (log) => {
    expect(detectPrefix(log.text, [])).toBeNull();
    const given = [{ text: log.prefix, origin: "given" } as const];
    expect(detectPrefix(log.text, given)).toEqual({ text: log.prefix, origin: "given", share: 1 });
  });

  it("has the applications that are hard to read among them", () => {
    const applications = new Set(
      sessionsOf(recorded("p03").text, recorded("p03").prefix).map((one) => one.application),
    );
    expect(applications).toContain("report@night (eu)");
    expect(applications).toContain("worker #1, eu");
    expect(applications).toContain("");
  });

  it("says the share that the reader finds, line for line", () => {
    for (const { text, prefix } of NAMEABLE) {
      for (const tried of [prefix, "%m [%p] ", "%t:%r:%u@%d:[%p]:", "%m [%p] %q%u@%d "]) {
        const given = detectPrefix(text, [{ text: tried, origin: "given" }]);
        expect(given?.share).toBe(shareOfReader(text, tried));
      }
    }
  });
});

describe("detectPrefix and named prefixes", () => {
  const { text, prefix } = recorded("p06");

  it("never replaces a given one, even where it fits nothing", () => {
    expect(detectPrefix(text, [{ text: "%t-%c-", origin: "given" }])).toEqual({
      text: "%t-%c-",
      origin: "given",
      share: 0,
    });
    expect(detectPrefix(text, [{ text: "%z", origin: "given" }])?.share).toBe(0);
  });

  it("takes the server's where it fits, in its own words", () => {
    expect(detectPrefix(text, [{ text: "%t [%p] %q%u@%d/%a ", origin: "server" }])).toEqual({
      text: "%t [%p] %q%u@%d/%a ",
      origin: "server",
      share: 1,
    });
  });

  it("looks on where the server's was changed since", () => {
    const found = detectPrefix(text, [{ text: "%t-%c-", origin: "server" }]);
    expect(found).toEqual({ text: prefix, origin: "detected", share: 1 });
  });

  it("prefers the given one to the server's", () => {
    const server = { text: prefix, origin: "server" } as const;
    expect(detectPrefix(text, [server, { text: "%m ", origin: "given" }])?.origin).toBe("given");
  });
});

describe("detectPrefix and logs that are not of one piece", () => {
  it("says the honest share of a log whose prefix was changed", () => {
    const [before, after] = [recorded("p06"), recorded("p05")];
    const lines = [before, before, after].map(({ text }) => text);
    const found = detected(lines.join(""));
    expect(found.text).toBe(before.prefix);
    const count = (text: string): number =>
      text.split("\n").filter((line) => line !== "" && !line.startsWith("\t")).length;
    const all = 2 * count(before.text) + count(after.text);
    expect(found.share).toBeCloseTo((2 * count(before.text)) / all, 10);
    expect(found.share).toBe(shareOfReader(lines.join(""), found.text));
  });

  it("does not name fields of which no line has any", () => {
    const lines = recorded("p02")
      .text.split("\n")
      .filter((line) => /\[\d+\] LOG: {2}/.test(line));
    expect(lines.length).toBeGreaterThan(2);
    expect(detected(lines.join("\n")).text).toBe("%m [%p] ");
  });

  it("does not let one field swallow another", () => {
    const text = recorded("p03").text.replaceAll(",client=", ",zone=a,host=");
    expect(detected(text).text).toBe("%t [%p]: [%l-1] user=%u,db=%d,app=%a,zone=a,host=%h ");
  });

  it("does not take an application for a part of the database", () => {
    const text = recorded("p06")
      .text.replaceAll("shop web", "web")
      .replaceAll(/ (\S+)@(\w+|\[unknown\])\//g, " $1@$2:");
    expect(text).toContain(" shop@shop:web LOG:  ");
    expect(detectPrefix(text, [])).toBeNull();
    const short = text.split("\n").filter((line) => /\](?: \S+)? [A-Z]+: {2}/.test(line));
    expect(
      short.some((line) => line.includes(" shop@shop:web ")) && short.some((line) => line.includes(":psql ")),
    ).toBe(true);
    expect(detectPrefix(short.join("\n"), [])).toBeNull();
    const background = text.split("\n").filter((line) => /\[\d+\] LOG: {2}/.test(line));
    expect(detectPrefix([text, ...background.map((line) => `${line}\n`.repeat(40))].join("\n"), [])?.text).toBe(
      "%m [%p] ",
    );
  });

  it("takes mail addresses for users, and names with spaces, where a key names them", () => {
    const { text, prefix } = recorded("p05");
    const mail = text.replaceAll(",user=shop ", ",user=reports@shop.iam ").replaceAll("db=shop,", "db=my shop,");
    expect(mail).toContain("db=my shop,user=reports@shop.iam LOG:  ");
    expect(detectPrefix(mail, [])).toMatchObject({ text: prefix, share: 1 });
  });

  it("reads Windows line ends, another zone and IPv6", () => {
    const changed = recorded("p04").text.replaceAll("127.0.0.1(", "fe80::1%eth0(").replaceAll(" UTC:", " CEST:");
    expect(detected(changed.replaceAll("\n", "\r\n"))).toMatchObject({ text: "%t:%r:%u@%d:[%p]:", share: 1 });
  });

  it("reads a log of one line, without a line break", () => {
    expect(detectPrefix("2026-11-24 13:00:00.000 UTC [12] LOG:  ready", [])?.text).toBe("%m [%p] ");
  });
});

describe("detectPrefix and foreign texts", () => {
  const nginx = '10.0.0.1 - bob [24/Nov/2026:13:00:00 +0000] "GET /?q=LOG HTTP/1.1" 200 512 "-" "curl/8"\n'.repeat(50);
  const application = "2026-11-24 13:00:00.123 UTC [12] INFO: started\n2026-11-24 13:00:01 [error] failed: x\n".repeat(
    50,
  );
  const prose = "The server wrote LOG:  once.\n\nThen nothing more was heard of it, and ERROR: was all.\n".repeat(20);
  const binary = Buffer.from(Uint8Array.from({ length: 65_536 }, (_, at) => (at * 167 + (at >> 3)) & 255)).toString();
  const source = readFileSync(new URL("../../../../../src/engines/postgres/logs/message.ts", import.meta.url), "utf8");

  it.each([
    ["an nginx log", nginx],
    ["another program's log", application],
    ["prose", prose],
    ["source code", source],
    ["bytes", binary],
    ["an empty file", ""],
    ["empty lines", "\n\n\n"],
    ["MariaDB's error log", "2026-11-24 13:00:00 0 [Note] mariadbd: ready for connections.\n".repeat(20)],
  ])("%s", (_, text) => {
    expect(detectPrefix(text, [])).toBeNull();
  });

  it("is quick on lines that fit almost", () => {
    const line = `2026-11-24 13:00:00.123 UTC 12 ${"a b c ".repeat(90)}\n`;
    const start = performance.now();
    expect(detectPrefix(line.repeat(400), [])).toBeNull();
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

function detected(text: string): DetectedPrefix {
  const found = detectPrefix(text, []);
  if (found === null) throw new Error("no prefix was detected");
  return found;
}

/** What the kernel says of each message of its own. */
function sessionsOf(text: string, prefix: string): readonly NamedSession[] {
  const bytes = Buffer.from(text, "utf8");
  const kernel = new Kernel(bytes.length);
  kernel.setPrefix(compilePrefix(prefix)?.program ?? new Uint8Array());
  kernel.bytes.set(bytes, kernel.inputFrom);
  const to = kernel.inputFrom + bytes.length;
  const name = (slot: number): string => {
    const name = kernel.text(kernel.slots[slot] ?? 0, kernel.slots[slot + 1] ?? 0);
    return name === "[unknown]" ? "" : name;
  };
  const sessions: NamedSession[] = [];
  for (let at = kernel.inputFrom; at < to; at = kernel.slots[SLOT.next] ?? to) {
    if (kernel.readStderr(at, to, 1) !== READ.event || (kernel.slots[SLOT.severity] ?? 0) >= 16) continue;
    const pid = kernel.slots[SLOT.pid] ?? 0;
    sessions.push({
      pid: pid === 0 ? "" : String(pid),
      user: name(SLOT.user),
      database: name(SLOT.database),
      application: name(SLOT.application),
    });
  }
  return sessions;
}

/** One process after another, each in the order of its messages. */
function byPid(sessions: readonly NamedSession[]): readonly NamedSession[] {
  return sessions.toSorted((a, b) => Number(a.pid) - Number(b.pid));
}

function shareOfReader(text: string, prefix: string): number {
  const bytes = Buffer.from(text, "utf8");
  const kernel = new Kernel(bytes.length);
  kernel.bytes.set(bytes, kernel.inputFrom);
  const none = { sinceMs: null, untilMs: null };
  const digest = new LogDigest({ isMysql: false, isOpen: false, toleranceMs: 2, keepLiterals: false, ...none });
  let events = 0;
  let unparsed = 0;
  const counts = { event: () => (events += 1), unparsed: () => (unparsed += 1), foreign: () => 0 };
  const named = { text: prefix, origin: "given" } as const;
  const dialect = { format: "postgres-stderr", engine: "postgres", wrap: null, prefix: named, toleranceMs: 2 } as const;
  const reader = new StderrReader(dialect, { kernel, digest, counts, keepLiterals: false });
  reader.read(kernel.inputFrom, kernel.inputFrom + bytes.length, Number.MAX_SAFE_INTEGER, true);
  return events / (events + unparsed);
}
