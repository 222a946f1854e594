import type { Row } from "../session.ts";

const AGGREGATES: Readonly<Record<string, string>> = {
  Plain: "Aggregate",
  Sorted: "GroupAggregate",
  Hashed: "HashAggregate",
  Mixed: "MixedAggregate",
};

/** A node's name as EXPLAIN's text format prints it: `Parallel Seq Scan`, `Hash Left Join`, `Partial HashAggregate`. */
export function nativeName(node: Row): string {
  const flags = [node["Async Capable"] === true ? "Async " : "", node["Parallel Aware"] === true ? "Parallel " : ""];
  return flags.join("") + baseName(node, word(node, "Node Type") || "Unknown");
}

function baseName(node: Row, type: string): string {
  const join = word(node, "Join Type");
  const operation = word(node, "Operation");
  const partial = word(node, "Partial Mode");
  switch (type) {
    case "Nested Loop":
      return join === "" || join === "Inner" ? type : `${type} ${join} Join`;
    case "Hash Join":
    case "Merge Join":
      return join === "" || join === "Inner" ? type : type.replace("Join", `${join} Join`);
    case "Aggregate": {
      const name = AGGREGATES[word(node, "Strategy")] ?? type;
      return partial === "" || partial === "Simple" ? name : `${partial} ${name}`;
    }
    case "SetOp":
      return [word(node, "Strategy") === "Hashed" ? "HashSetOp" : type, word(node, "Command")].join(" ").trim();
    case "ModifyTable":
      return operation === "" ? type : operation;
    case "Foreign Scan":
      return operation === "" || operation === "Select" ? type : `Foreign ${operation}`;
    case "Custom Scan": {
      const provider = word(node, "Custom Plan Provider");
      return provider === "" ? type : `${type} (${provider})`;
    }
    default:
      return word(node, "Scan Direction") === "Backward" ? `${type} Backward` : type;
  }
}

function word(node: Row, name: string): string {
  const value = node[name];
  return typeof value === "string" ? value : "";
}
