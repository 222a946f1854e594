import { openKnex } from "./knex.mjs";

/** The shop by Knex over mysql2, on MariaDB. */
export async function open(url, max) {
  return openKnex("mysql2", url, max);
}
