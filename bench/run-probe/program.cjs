// Sends statements to a server in this process and prints the CPU time of one, in µs. Arguments: form, count, and
// scope: then all of it runs in a tick of an interval, which is a unit of work as a request is.
const pg = require("pg");
const { FakeSocket } = require("./fake-server.cjs");

const [, , form, count, where] = process.argv;
const WARM_UP = 5000;
const TEXT =
  "select o.id, o.customer_id, o.total, o.created_at, o.status from orders o join customers c on c.id = o.customer_id where o.customer_id = ";

async function main() {
  const options = { stream: () => new FakeSocket(), user: "bench", password: "" };
  const client = new pg.Client(options);
  await client.connect();
  const pool = new pg.Pool({ ...options, max: 1 });
  const send = {
    client: (id) => client.query(`${TEXT}$1`, [id]),
    pool: (id) => pool.query(`${TEXT}$1`, [id]),
    literals: (id) => client.query(`${TEXT}${id}`),
  }[form];
  await send(0);
  await (where === "scope" ? inScope(() => measure(send)) : measure(send));
  await client.end();
  await pool.end();
}

async function measure(send) {
  for (let id = 0; id < WARM_UP; id += 1) await send(id);
  const before = process.cpuUsage();
  for (let id = 0; id < Number(count); id += 1) await send(id);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / Number(count));
}

function inScope(work) {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      clearInterval(timer);
      work().then(resolve, reject);
    }, 1);
  });
}

main();
