import { startPostgres } from "../../src/change/local-server/postgres-server.ts";

// Starts a server and waits to be killed; the test looks at what stays behind.
const server = await startPostgres({ binDir: process.argv[2] ?? "", settings: { fsync: "off" } });
console.log(JSON.stringify({ port: server.port, directory: server.socketDirectory }));
setInterval(() => undefined, 1000);
