/** A process that writes to a store: `store-writer.ts FILE COUNT MINUTE_OFFSET`; `store-writer.ts FILE kill` dies inside a transaction. */
import Database from "better-sqlite3";
import { openStore } from "../../src/store/index.ts";
import { sampleCapture, sampleStoreAnalysis } from "./sample-capture.ts";

const [file = "", count = "", offset = "0"] = process.argv.slice(2);

if (count === "kill") {
  const database = new Database(file);
  database.exec(
    "begin immediate; insert into targets (engine, host, port, database) values ('postgres', 'dead', 1, 'dead')",
  );
  process.kill(process.pid, "SIGKILL");
} else {
  const store = openStore(file);
  for (let index = 0; index < Number(count); index += 1) {
    const capturedTo = new Date(Date.UTC(2026, 0, 1, 0, Number(offset) + index)).toISOString();
    store.saveSnapshot(sampleStoreAnalysis({ capturedTo }), sampleCapture({ capturedTo }));
  }
  store.close();
}
