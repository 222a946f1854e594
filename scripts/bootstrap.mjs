// Runs on a fresh clone with Node alone: installs what is missing, then hands over to the demo or the checks.
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MINIMUM_NODE = [20, 19];
const TASKS = {
  demo: (extra) => [npm("run", "build"), [process.execPath, [join("dist", "src", "cli", "main.js"), "demo", ...extra]]],
  check: (extra) => [npm("run", "check", ...(extra.length > 0 ? ["--", ...extra] : []))],
};

const [name = "", ...extra] = process.argv.slice(2);
process.exitCode = await main(TASKS[name]);

async function main(task) {
  if (task === undefined) return fail(`Usage: node scripts/bootstrap.mjs ${Object.keys(TASKS).join("|")} [arguments]`);
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    return fail(`dbperf needs Node ${MINIMUM_NODE.join(".")} or later; this is ${process.versions.node}.`);
  }
  const steps = task(extra);
  if (!isInstalled()) {
    console.log("Installing the packages of package-lock.json (npm ci); the first time takes a minute or two.");
    steps.unshift(npm("ci"));
  }
  for (const [program, args] of steps) {
    const code = await run(program, args);
    if (code !== 0) return code;
  }
  return 0;
}

/** npm writes its hidden lockfile when it has finished; an older one is of another package-lock.json. */
function isInstalled() {
  const hidden = join(ROOT, "node_modules", ".package-lock.json");
  return existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(join(ROOT, "package-lock.json")).mtimeMs;
}

/** The npm that called us, or the one beside this Node, or the one on PATH. */
function npm(...args) {
  const caller = process.env.npm_execpath;
  if (caller !== undefined && /npm-cli\.c?js$/.test(caller) && existsSync(caller))
    return [process.execPath, [caller, ...args]];
  const beside = join(dirname(process.execPath), "npm");
  return [existsSync(beside) ? beside : "npm", args];
}

function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: "inherit" });
    // The terminal's Ctrl-C reaches the child as well: it ends in order, and this program with it.
    const forward = (signal) => child.kill(signal);
    const ignore = () => undefined;
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    const done = (code) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      resolve(code);
    };
    child.on("error", (error) => done(fail(`${program} cannot be run: ${error.message}`)));
    child.on("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

function fail(message) {
  console.error(message);
  return 2;
}
