import { positiveInteger } from "../options.ts";
import type { Register } from "../register.ts";
import type { Settings } from "../settings.ts";
import type { Terminal } from "../terminal.ts";
import { withResolvers } from "../with-resolvers.ts";
import { addReportOptions, finishRun, type ReportFlags } from "./report-output.ts";
import { addGateOptions } from "./target-options.ts";

interface TracesFlags extends ReportFlags {
  readonly listen?: string;
  readonly for?: string;
}

export const registerTraces: Register = (program, terminal, done) => {
  const command = program
    .command("traces")
    .description("say which statements a program sends in loops, from its OpenTelemetry traces")
    .argument("[files...]", "traces in OTLP, JSON or protobuf, plain or gz; - is standard input");
  addGateOptions(addReportOptions(command))
    .option("--listen <address>", "receive traces by OTLP/HTTP, such as on 127.0.0.1:4318, until Ctrl-C")
    .option("--for <time>", "with --listen: end after this time, such as 10m")
    .option("--top <n>", "statements to list", positiveInteger)
    .option("--config <file>", "configuration file")
    .action(async (files: readonly string[], flags: TracesFlags) => {
      done(await traces(files, flags, terminal));
    });
};

async function traces(files: readonly string[], flags: TracesFlags, terminal: Terminal): Promise<number> {
  const [{ loadSettings }, { dbperfError }] = await Promise.all([
    import("../settings.ts"),
    import("../../errors/index.ts"),
  ]);
  const clash = clashOf(files, flags);
  if (clash !== null) throw dbperfError("usage", { problem: clash, command: "traces" });
  const settings = loadSettings(terminal, flags);
  return flags.listen === undefined
    ? read(files, flags, settings, terminal)
    : receive(flags.listen, flags, settings, terminal);
}

/** Flags that say two different things. */
function clashOf(files: readonly string[], { listen, for: time }: TracesFlags): string | null {
  if (files.length === 0 && listen === undefined) return "No file was named, and --listen was not given.";
  if (files.length > 0 && listen !== undefined)
    return "--listen receives traces: files are read by a run of their own.";
  return listen === undefined && time !== undefined ? "--for says how long to listen: it needs --listen." : null;
}

async function read(
  files: readonly string[],
  flags: TracesFlags,
  settings: Settings,
  terminal: Terminal,
): Promise<number> {
  const [{ readTraces }, { startProgress }] = await Promise.all([import("../../index.ts"), import("../progress.ts")]);
  const progress = await startProgress(terminal, "reading");
  const run = await readTraces({ files, stdin: terminal.stdin, ...keepOptions(flags, settings, terminal) }).finally(
    () => progress.stop(),
  );
  return finishRun(run, flags, settings, terminal);
}

async function receive(address: string, flags: TracesFlags, settings: Settings, terminal: Terminal): Promise<number> {
  const { receiveTraces } = await import("../../index.ts");
  const forMs = await durationOf(flags.for);
  const controller = new AbortController();
  const { promise, resolve } = withResolvers();
  // The report is printed before the signal ends the process.
  const release = terminal.onSignal(() => {
    controller.abort();
    return promise;
  });
  try {
    const run = await receiveTraces({
      address,
      forMs,
      signal: controller.signal,
      onListening: (url) => terminal.note(listening(url, flags.for)),
      ...keepOptions(flags, settings, terminal),
    });
    return await finishRun(run, flags, settings, terminal);
  } finally {
    resolve();
    release();
  }
}

function listening(url: string, time: string | undefined): string {
  const endpoint = url.replace(/\/v1\/traces$/, "");
  return [
    `Listening on ${url} ${time === undefined ? "until Ctrl-C" : `for ${time}`}. In the application's environment:`,
    `OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
  ].join("\n");
}

async function durationOf(text: string | undefined): Promise<number | null> {
  if (text === undefined) return null;
  const [{ parseDuration }, { dbperfError }] = await Promise.all([
    import("../../config/index.ts"),
    import("../../errors/index.ts"),
  ]);
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw dbperfError("usage", { problem: `“${text}” is no duration such as 30s or 10m.`, command: "traces" });
}

function keepOptions(flags: TracesFlags, settings: Settings, terminal: Terminal) {
  return {
    analyze: settings.analyzeOptions,
    storeFile: flags.store === false ? null : settings.storeFile,
    saveCaptureFile: flags.saveCapture ?? null,
    now: terminal.now,
  };
}
