// Serves the scenarios: GET /<scenario>?n=<rows>. Arguments: application, connections of its pool.
import { createServer } from "node:http";
import { SCENARIOS } from "./scenarios.mjs";

const [application, connections] = process.argv.slice(2);
const { open } = await import(`./apps/${application}.mjs`);
const shop = await open(process.env.DATABASE_URL, Number(connections));

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  try {
    await SCENARIOS[pathname.slice(1)].run(shop, Number(searchParams.get("n")));
    response.end("ok");
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGTERM", async () => {
  server.closeAllConnections();
  server.close();
  await shop.close();
});
