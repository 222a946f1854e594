// Serves the scenarios: GET /<scenario>?n=<rows>. Arguments: application, connections of its pool.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { SCENARIOS } from "./scenarios.mjs";

const [application, connections] = process.argv.slice(2);
// STATEMENTS: file for what each request sent. VARIANT: comments, transactions (one around each request), or plain.
const { DATABASE_URL, STATEMENTS, VARIANT } = process.env;
const notes = STATEMENTS === undefined ? null : await import("./request-statements.mjs");
notes?.noteStatements({ hasComments: VARIANT === "comments" });
const { open } = await import(`./apps/${application}.mjs`);
const shop = await open(DATABASE_URL, Number(connections));
let last = 0;

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const scenario = pathname.slice(1);
  last += 1;
  const id = last;
  try {
    const work = () => answer(SCENARIOS[scenario], Number(searchParams.get("n")), id);
    await (notes === null ? work() : notes.noteRequest({ id, by: searchParams.get("by"), scenario }, work));
    response.end("ok");
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
// A connection that is closed while a request is on its way would fail the request.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGTERM", async () => {
  server.closeAllConnections();
  server.close();
  await shop.close();
  if (notes !== null) writeFileSync(STATEMENTS, JSON.stringify(notes.notedRequests()));
});

async function answer({ run, isBare = false }, n, id) {
  const ask = async (scenario, rows) => {
    const reply = await fetch(`http://127.0.0.1:${server.address().port}/${scenario}?n=${rows}&by=${id}`);
    const text = await reply.text();
    if (!reply.ok) throw new Error(text);
  };
  if (VARIANT !== "transactions" || isBare) return run(shop, n, ask);
  return shop.transaction((within) => run({ ...within, transaction: (work) => work(within) }, n, ask));
}
