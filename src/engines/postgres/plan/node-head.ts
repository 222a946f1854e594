import type { Row } from "../session.ts";

const IDENTIFIER = String.raw`"(?:[^"]|"")*"|[^\s".]+`;
const HEAD = new RegExp(`^(.*?)(?: using (${IDENTIFIER}))?(?: on (.*))?$`);
const TARGET = new RegExp(`^(?:(${IDENTIFIER})\\.)?(${IDENTIFIER})(?: (${IDENTIFIER}))?$`);
const COSTS = String.raw` {2}\(cost=(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?) rows=(\d+) width=(-?\d+)\)`;
const ACTUAL = String.raw` \((?:actual (?:time=\d+(?:\.\d+)?\.\.(\d+(?:\.\d+)?) )?rows=(\d+(?:\.\d+)?) loops=(\d+)|(never executed))\)`;
const MEASURES = new RegExp(`^(.*?)(?:${COSTS})?(?:${ACTUAL})?$`);

const STRATEGIES: Readonly<Record<string, string>> = {
  Aggregate: "Plain",
  GroupAggregate: "Sorted",
  HashAggregate: "Hashed",
  MixedAggregate: "Mixed",
};

/** What the name after `on` is, where it is no table; null: there is only an alias. */
const NAMED_BY: Readonly<Record<string, string | null>> = {
  "CTE Scan": "CTE Name",
  "WorkTable Scan": "CTE Name",
  "Named Tuplestore Scan": "Tuplestore Name",
  "Function Scan": "Function Name",
  "Table Function Scan": "Table Function Name",
  "Subquery Scan": null,
  "Values Scan": null,
};

/** What the first line of a node says, as the properties that EXPLAIN (FORMAT JSON) has for it. */
export interface NodeHead {
  readonly fields: Row;
  readonly hasCosts: boolean;
  readonly wasExecuted: boolean | null;
}

/** Reads a node's first line, without its arrow: `Parallel Seq Scan on orders o  (cost=0.00..1.05 rows=4 width=8)`. */
export function readNodeHead(line: string): NodeHead {
  const [, head = "", startup, total, rows, width, totalMs, actualRows, loops, never] = MEASURES.exec(line) ?? [];
  return {
    fields: {
      ...fieldsOfHead(head),
      ...numbers({ "Startup Cost": startup, "Total Cost": total, "Plan Rows": rows, "Plan Width": width }),
      ...numbers({ "Actual Total Time": totalMs, "Actual Rows": actualRows, "Actual Loops": loops }),
      ...(never === undefined ? {} : { "Actual Rows": 0, "Actual Loops": 0 }),
    },
    hasCosts: total !== undefined,
    wasExecuted: never !== undefined ? false : loops === undefined ? null : true,
  };
}

function numbers(texts: Readonly<Record<string, string | undefined>>): Row {
  const known = Object.entries(texts).filter(([, text]) => text !== undefined);
  return Object.fromEntries(known.map(([name, text]) => [name, Number(text)]));
}

function fieldsOfHead(head: string): Row {
  const [, name = "", index, target] = HEAD.exec(head) ?? [];
  const node = fieldsOfName(name);
  if (target === undefined) return node;
  if (node["Node Type"] === "Bitmap Index Scan") return { ...node, "Index Name": unquote(target) };
  const named = index === undefined ? node : { ...node, "Index Name": unquote(index) };
  return { ...named, ...fieldsOfTarget(target, String(node["Node Type"])) };
}

/** The inverse of `nativeName`. */
function fieldsOfName(name: string): Row {
  const [, flags = "", base = ""] = /^((?:(?:Parallel|Async) )*)(.*)$/.exec(name) ?? [];
  return {
    ...(flags.includes("Parallel") ? { "Parallel Aware": true } : {}),
    ...(flags.includes("Async") ? { "Async Capable": true } : {}),
    ...(joinOf(base) ?? aggregateOf(base) ?? otherOf(base)),
  };
}

function joinOf(base: string): Row | null {
  if (base === "Nested Loop") return { "Node Type": base, "Join Type": "Inner" };
  const [, method, type = "Inner"] = /^(Nested Loop|Hash|Merge)(?: (.+))? Join$/.exec(base) ?? [];
  if (method === undefined) return null;
  return { "Node Type": method === "Nested Loop" ? method : `${method} Join`, "Join Type": type };
}

function aggregateOf(base: string): Row | null {
  const [, partial = "Simple", name = ""] = /^(?:(Partial|Finalize) )?(\w+)$/.exec(base) ?? [];
  const strategy = STRATEGIES[name];
  return strategy === undefined ? null : { "Node Type": "Aggregate", Strategy: strategy, "Partial Mode": partial };
}

function otherOf(base: string): Row {
  const [, method, command] = /^(SetOp|HashSetOp)(?: (.+))?$/.exec(base) ?? [];
  if (method !== undefined) {
    const strategy = method === "SetOp" ? "Sorted" : "Hashed";
    return { "Node Type": "SetOp", Strategy: strategy, ...(command === undefined ? {} : { Command: command }) };
  }
  const [, foreign, operation] = /^(Foreign )?(Insert|Update|Delete|Merge)$/.exec(base) ?? [];
  if (operation !== undefined) {
    return { "Node Type": foreign === undefined ? "ModifyTable" : "Foreign Scan", Operation: operation };
  }
  const [, provider] = /^Custom Scan \((.*)\)$/.exec(base) ?? [];
  if (provider !== undefined) return { "Node Type": "Custom Scan", "Custom Plan Provider": provider };
  const [, scan] = /^(.*Scan) Backward$/.exec(base) ?? [];
  return scan === undefined ? { "Node Type": base } : { "Node Type": scan, "Scan Direction": "Backward" };
}

/** `schema.name alias`; the schema only under VERBOSE, the alias only where it is another name. */
function fieldsOfTarget(target: string, nodeType: string): Row {
  const [, schema, name, alias] = TARGET.exec(target) ?? [];
  if (name === undefined) return {};
  const key = nodeType in NAMED_BY ? NAMED_BY[nodeType] : "Relation Name";
  return {
    ...(typeof key === "string" ? { [key]: unquote(name) } : {}),
    ...(schema === undefined ? {} : { Schema: unquote(schema) }),
    Alias: unquote(alias ?? name),
  };
}

function unquote(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}
