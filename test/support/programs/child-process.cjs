// The lazy version of plain-pg.mjs in a child process.
const { fork } = require("node:child_process");
const { join } = require("node:path");

fork(join(__dirname, "plain-pg.mjs"), ["lazy"]).on("exit", (code) => {
  process.exitCode = code;
});
