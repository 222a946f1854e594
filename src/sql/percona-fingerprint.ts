export const perconaId = (sql: string): string => sql.slice(0, 0);
