/**
 * The halves are by library: thresholds were set on the first, and looked at with the second only once. On MariaDB one
 * each.
 */
export const HALVES = {
  development: { postgres: ["pg", "knex", "sequelize"], mariadb: ["mysql2"] },
  test: { postgres: ["objection", "typeorm", "drizzle"], mariadb: ["knex-mysql2"] },
} as const;

export type Half = keyof typeof HALVES;

export const POOLS = [1, 5, 20] as const;

/** Statements a second that other requests send at the same time. */
export const BACKGROUND = [0, 50, 500] as const;
