import type { Action } from "../../model/recommendation.ts";
import { quoteIdentifier, quoteLiteral, quoteRelation } from "../../sql/identifiers.ts";
import type { Ddl } from "../engine.ts";

/** Parameters whose value is a list of quoted names: one literal for all would be one name with a comma in it. */
const LIST_PARAMETERS: ReadonlySet<string> = new Set([
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
  "unix_socket_directories",
]);

export const ddl: Ddl = { render };

function render(action: Action): string | null {
  switch (action.kind) {
    case "create-index": {
      const columns = action.columns.map(quoteIdentifier).join(", ");
      return `create index concurrently on ${quoteRelation(action.table)} (${columns});`;
    }
    case "drop-index":
      return `drop index concurrently ${quoteRelation(action.index)};`;
    case "reindex":
      return `reindex index concurrently ${quoteRelation(action.index)};`;
    case "analyze-table":
      return `analyze ${quoteRelation(action.table)};`;
    case "vacuum-table":
      return `vacuum (analyze) ${quoteRelation(action.table)};`;
    case "set-parameter":
      return setParameter(action);
    case "create-extension":
      return `create extension if not exists ${quoteIdentifier(action.name)};`;
    case "end-session":
      return `select pg_terminate_backend(${action.pid});`;
    case "advice":
      return null;
  }
}

function setParameter({ name, value, restart }: Extract<Action, { kind: "set-parameter" }>): string {
  const parameter = name.split(".").map(quoteIdentifier).join(".");
  const values = LIST_PARAMETERS.has(name) ? value.split(",").map((part) => part.trim()) : [value];
  const literal = values.map((part) => quoteLiteral(part).trim()).join(", ");
  const statement = `alter system set ${parameter} = ${literal};`;
  return restart ? `${statement} -- then restart the server` : `${statement}\nselect pg_reload_conf();`;
}
