import { join } from "node:path";
import { createGenerator, type Schema } from "ts-json-schema-generator";

const ID = "urn:dbperf:report:1";

/** JSON Schema of every JSON report, made from the type Analysis and its sentences. `root`: the project's folder. */
export function reportSchema(root: string): Schema {
  const generator = createGenerator({
    path: join(root, "src/model/analysis.ts"),
    tsconfig: join(root, "scripts/docs/tsconfig.json"),
    type: "Analysis",
    expose: "export",
    topRef: true,
    jsDoc: "extended",
    sortProps: true,
    additionalProperties: false,
    skipTypeCheck: true,
    markdownDescription: false,
  });
  const { $schema, definitions = {}, ...rest } = generator.createSchema("Analysis");
  const sorted = Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...($schema === undefined ? {} : { $schema }),
    $id: ID,
    title: "dbperf report",
    ...rest,
    definitions: sorted,
  };
}
