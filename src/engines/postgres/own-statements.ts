const MARK = "/* dbperf */";
const FIRST_WORD = /^[\s(]*[a-z]+/i;
const OWN = /^[\s(]*[a-z]+\s*\/\* dbperf \*\//i;

/**
 * Marks a statement as dbperf's own. The comment follows the first word, because PostgreSQL 18 cuts comments before
 * a statement from pg_stat_statements.query (15 keeps them).
 */
export function markOwn(sql: string): string {
  return FIRST_WORD.test(sql) ? sql.replace(FIRST_WORD, `$& ${MARK}`) : `${MARK} ${sql}`;
}

/** Whether a text of pg_stat_statements or pg_stat_activity is dbperf's own. Needs the text before redaction. */
export function isOwnQuery(text: string): boolean {
  return OWN.test(text);
}
