// The lazy version of plain-pg.mjs in a worker thread.
import { Worker } from "node:worker_threads";

const worker = new Worker(new URL("plain-pg.mjs", import.meta.url), { argv: ["lazy"] });
worker.on("error", (error) => {
  throw error;
});
