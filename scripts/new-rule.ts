/** npm run new:rule <id> [--title …] [--category …]: a rule's folder, its test and its line in the list. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

const CATEGORIES = ["statement", "index", "maintenance", "contention", "connections", "configuration"];

try {
  await newRule(process.cwd(), process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

async function newRule(root: string, argv: readonly string[]): Promise<void> {
  const { id, title, category } = readArguments(argv);
  const folder = join(root, "rules", id);
  const test = join(root, "test/unit/rules", `${id}.test.ts`);
  if (existsSync(folder) || existsSync(test)) throw new Error(`The rule ${id} exists already.`);
  const list = join(root, "rules/index.ts");
  const listed = withRule(await readFile(list, "utf8"), id);
  await mkdir(folder, { recursive: true });
  await mkdir(join(root, "test/unit/rules"), { recursive: true });
  await writeFile(join(folder, "index.ts"), ruleText(id, title, category));
  await writeFile(join(folder, "README.md"), readmeText(id, title));
  await writeFile(test, testText(id));
  await writeFile(list, listed);
  console.log(
    `wrote rules/${id}/index.ts, rules/${id}/README.md, test/unit/rules/${id}.test.ts and its line in rules/index.ts`,
  );
  console.log("Next: write quiet and loud cases, then detect(), then npm run docs.");
}

function readArguments(argv: readonly string[]): {
  readonly id: string;
  readonly title: string;
  readonly category: string;
} {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { title: { type: "string" }, category: { type: "string" } },
  });
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0)
    throw new Error("Usage: npm run new:rule -- <id> [--title TEXT] [--category NAME]");
  if (!/^[a-z]+(-[a-z]+)+$/.test(id)) {
    throw new Error(`“${id}” is not a rule id: use kebab-case nouns of the bad state, such as duplicate-index.`);
  }
  const category = values.category ?? "statement";
  if (!CATEGORIES.includes(category))
    throw new Error(`Unknown category “${category}”: one of ${CATEGORIES.join(", ")}.`);
  const words = id.replaceAll("-", " ");
  return { id, title: values.title ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`, category };
}

/** rules/index.ts with the rule's import and entry in sorted place. */
function withRule(list: string, id: string): string {
  const name = camelCase(id);
  const ids = [...list.matchAll(/^import \w+ from "\.\/([a-z0-9-]+)\/index\.ts";$/gm)].map((match) => match[1] ?? "");
  const next = ids.find((other) => other > id);
  const line = `import ${name} from "./${id}/index.ts";\n`;
  if (next === undefined) return list.replace(/\n\n/, `\n${line}\n`).replace(/^\];$/m, `  ${name},\n];`);
  return list
    .replace(`import ${camelCase(next)} from`, () => `${line}import ${camelCase(next)} from`)
    .replace(`  ${camelCase(next)},\n`, () => `  ${name},\n  ${camelCase(next)},\n`);
}

function ruleText(id: string, title: string, category: string): string {
  return `import { defineRule } from "../../src/rule.ts";

export default defineRule({
  meta: {
    id: ${JSON.stringify(id)},
    title: ${JSON.stringify(title)},
    category: ${JSON.stringify(category)},
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["statements"],
  thresholds: {
    minTotalMs: { default: 1000, unit: "ms", description: "Ignore statements with less time in total." },
  },
  *detect({ artifacts, thresholds }) {
    for (const statement of artifacts.statements.items) {
      if (statement.totalMs < thresholds.minTotalMs) continue;
      yield {
        subject: { kind: "statement", fingerprint: statement.fingerprint, query: statement.query },
        confidence: "measured",
        headline: ${JSON.stringify(title)},
        message: \`\${statement.calls} calls took \${statement.totalMs} ms.\`,
        evidence: [{ kind: "metric", name: "total time", value: statement.totalMs, unit: "ms", source: "pg_stat_statements" }],
        savesMsPerHour: null,
        recommendations: [],
        topics: [\`statement:\${statement.fingerprint}\`],
      };
    }
  },
});
`;
}

function readmeText(id: string, title: string): string {
  return `# ${id}

## Problem

${title}.

## How it is detected

## Thresholds

<!-- thresholds -->
<!-- /thresholds -->

## What to do

## When to ignore it

## Engines

PostgreSQL 12 and later.
`;
}

function testText(id: string): string {
  const name = camelCase(id);
  return `import ${name} from "../../../rules/${id}/index.ts";
import { artifacts, statement, statements } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const QUERY = "select * from orders where customer_id = $1";

ruleSuite(${name}, {
  loud: [
    {
      name: "a statement with much time",
      artifacts: artifacts({ statements: statements([statement(QUERY, { calls: 10, totalMs: 5000 })]) }),
      expect: { confidence: "measured", subject: { kind: "statement" } },
    },
  ],
  quiet: [
    {
      name: "a statement below the threshold",
      artifacts: artifacts({ statements: statements([statement(QUERY, { calls: 10, totalMs: 5 })]) }),
    },
    { name: "a database without statements", artifacts: artifacts({ statements: statements([]) }) },
  ],
});
`;
}

function camelCase(id: string): string {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
