import type { RelationName } from "../model/primitives.ts";

/** A table as a log names it, taken apart. */
export interface LoggedTable {
  /** Null where the text cannot be taken apart: then `table` has no schema, and the whole text as its name. */
  readonly database: string | null;
  readonly table: RelationName;
}

/**
 * Takes `database.schema.table` apart. The log does not quote, so that a dot inside a name looks like one between names:
 * with more than two dots, a table of the catalogue that the text ends with decides, and where none or several do, nothing.
 */
export function loggedTable(text: string, catalogue: readonly RelationName[]): LoggedTable {
  const [database, schema, name, ...more] = text.split(".");
  const isPlain = more.length === 0 && name !== undefined && name !== "";
  if (isPlain && database !== undefined && schema !== undefined) return { database, table: { schema, name } };
  const ends = catalogue.filter((known) => text.endsWith(`.${known.schema}.${known.name}`));
  const [only] = ends;
  if (only === undefined || ends.length > 1) return { database: null, table: { schema: "", name: text } };
  const end = `.${only.schema}.${only.name}`;
  return { database: text.slice(0, -end.length), table: { schema: only.schema, name: only.name } };
}
