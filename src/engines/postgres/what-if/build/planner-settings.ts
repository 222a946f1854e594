import type { PGlite } from "@electric-sql/pglite";
import type { TwinSource } from "../twin-source.ts";

/** What later majors plan by and an earlier one does not have: `[since, name, value as before]`. */
const NEWER: readonly (readonly [number, string, string])[] = [
  [13, "enable_incremental_sort", "off"],
  [13, "hash_mem_multiplier", "1"],
  [14, "enable_async_append", "off"],
  [14, "enable_memoize", "off"],
  [16, "enable_presorted_aggregate", "off"],
  [17, "enable_group_by_reordering", "off"],
  [18, "enable_distinct_reordering", "off"],
  [18, "enable_self_join_elimination", "off"],
];

const APPLY = `
  select set_config(wanted.name, wanted.setting, false)
    from json_to_recordset($1::json) wanted (name text, setting text)
    join pg_settings s on s.name = wanted.name and s.context in ('user', 'superuser')`;

/** Makes the twin plan as the target does: its settings, its search path, and nothing that its major does not know. */
export async function applySettings(database: PGlite, source: TwinSource): Promise<void> {
  const major = Math.floor(source.server.versionNumber / 10_000);
  const newer = NEWER.filter(([since]) => since > major).map(([, name, setting]) => ({ name, setting }));
  await database.query(APPLY, [JSON.stringify([...newer, ...source.settings])]);
  const path = source.searchPath.map((schema) => `"${schema.replaceAll('"', '""')}"`).join(", ");
  await database.query("select set_config('search_path', $1, false)", [path]);
}
