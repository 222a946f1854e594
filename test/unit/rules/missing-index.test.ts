import { beforeAll } from "vitest";
import rule from "../../../rules/missing-index/index.ts";
import type { Artifacts, ArtifactTypes, PlanNode, StatementStatistic } from "../../../src/rule.ts";
import { loadSqlParser } from "../../../src/sql/parser.ts";
import {
  artifacts,
  columnStatistic,
  index,
  plan,
  planNode,
  plans,
  relation,
  statement,
  statements,
  table,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

beforeAll(loadSqlParser);

const query = statement("select * from orders where customer_id = $1", { calls: 1000, meanMs: 80, rows: 20_000 });
const rest = statement("select 1", { calls: 20_000, meanMs: 1 });

function scan(filter: string, fields: Partial<PlanNode> = {}): PlanNode {
  return planNode({
    relation: relation("orders"),
    alias: "orders",
    filter,
    estimatedRows: 20,
    totalCost: 25_000,
    ...fields,
  });
}

function given(root: PlanNode, fields: Partial<ArtifactTypes> = {}, asked: StatementStatistic = query): Artifacts {
  return artifacts({
    plans: plans([plan(asked, root)]),
    statements: statements([asked, rest]),
    tables: [table("orders")],
    indexes: [index("orders_pkey", "orders", ["id"], { isUnique: true, isPrimaryKey: true })],
    columnStatistics: [
      columnStatistic("orders", "customer_id", { distinct: 50_000 }),
      columnStatistic("orders", "status", { distinct: 3 }),
      columnStatistic("orders", "email", { type: "character varying(80)", distinct: -1 }),
      columnStatistic("orders", "code", { type: "character(8)", distinct: -1 }),
      columnStatistic("orders", "kind", { distinct: 40 }),
    ],
    ...fields,
  });
}

const under = (operator: PlanNode["operator"], child: PlanNode, fields: Partial<PlanNode> = {}): PlanNode =>
  planNode({ operator, totalCost: child.totalCost, children: [{ ...child, relationship: "outer" }], ...fields });

/** The orders of few customers, by a hash over the whole table. */
function joined(fields: Partial<PlanNode> = {}, other: Partial<PlanNode> = {}): PlanNode {
  const customer = planNode({
    operator: "index-scan",
    relationship: "inner",
    relation: relation("customers"),
    ...other,
  });
  return planNode({
    operator: "hash-join",
    native: "Hash Join",
    joinCondition: "(orders.customer_id = c.id)",
    estimatedRows: 20,
    totalCost: 26_000,
    ...fields,
    children: [
      planNode({
        relationship: "outer",
        relation: relation("orders"),
        alias: "orders",
        estimatedRows: 1_000_000,
        totalCost: 25_000,
      }),
      {
        ...under("hash", { ...customer, estimatedRows: 1, indexCondition: "(email = $1)", ...other }),
        relationship: "inner",
        estimatedRows: 1,
        ...other,
      },
    ],
  });
}

const sorted = (key: string): PlanNode =>
  under("limit", under("sort", scan("(customer_id = $1)"), { sortKeys: [key] }));
const columns = (
  ...names: string[]
): { readonly recommendation: { readonly kind: "create-index"; readonly columns: string[] } } => ({
  recommendation: { kind: "create-index", columns: names },
});

ruleSuite(rule, {
  loud: [
    {
      name: "an equality that keeps few rows",
      artifacts: given(scan("(customer_id = $1)")),
      expect: {
        ...columns("customer_id"),
        severity: "critical",
        confidence: "estimated",
        messageIncludes: ["80 %", "100 calls/h, mean 80 ms", "reads 1,000,000 rows to keep about 20"],
        savesMsPerHour: 8000,
        topics: [`statement:${query.fingerprint}`, "columns:public.orders(customer_id)"],
      },
    },
    {
      name: "the most selective column first",
      artifacts: given(scan("((status = $2) AND (kind = $3) AND (customer_id = $1))")),
      expect: columns("customer_id", "kind"),
    },
    {
      name: "an equality and a range",
      artifacts: given(scan("((customer_id = $1) AND (created_at >= (now() - $2)))")),
      expect: columns("customer_id", "created_at"),
    },
    {
      name: "a sort under a limit",
      artifacts: given(sorted("created_at DESC")),
      expect: columns("customer_id", "created_at"),
    },
    {
      name: "a sort in two directions, left out",
      artifacts: given(under("limit", under("sort", scan("(customer_id = $1)"), { sortKeys: ["a", "b DESC"] }))),
      expect: columns("customer_id"),
    },
    {
      name: "a varchar that is relabelled as text",
      artifacts: given(scan("((email)::text = $1)")),
      expect: columns("email"),
    },
    { name: "a redacted number", artifacts: given(scan("(customer_id = ?)")), expect: columns("customer_id") },
    {
      name: "an outer reference in a subplan",
      artifacts: given(scan("(orders.customer_id = c.id)")),
      expect: columns("customer_id"),
    },
    {
      name: "a parallel scan, with the rows of all processes",
      artifacts: given(
        under("gather", scan("(customer_id = $1)", { native: "Parallel Seq Scan", estimatedRows: 10 }), {
          workersPlanned: 2,
        }),
      ),
      expect: { ...columns("customer_id"), messageIncludes: ["keep about 24"] },
    },
    {
      name: "partitions as their parent",
      artifacts: given(
        planNode({
          operator: "append",
          totalCost: 1000,
          children: ["a", "b"].map((name) =>
            scan("(customer_id = $1)", {
              relation: relation(name),
              alias: `orders_${name}`,
              relationship: "member",
              totalCost: 400,
            }),
          ),
        }),
        {
          tables: [
            table("orders", { kind: "partitioned-table", estimatedRows: null, sizeBytes: null }),
            table("a", { partitionOf: relation("orders"), estimatedRows: 8000 }),
            table("b", { partitionOf: relation("orders"), estimatedRows: 8000 }),
          ],
        },
      ),
      expect: {
        recommendation: { kind: "advice" },
        subject: { table: relation("orders"), columns: ["customer_id"] },
        messageIncludes: ["16,000"],
      },
    },
    {
      name: "an index that opens with an unselective column",
      artifacts: given(scan("((customer_id = $1) AND (status = $2))"), { indexes: [index("i", "orders", ["status"])] }),
      expect: columns("customer_id", "status"),
    },
    {
      name: "a range between parameters as a hint",
      artifacts: given(under("aggregate", scan("((created_at >= $1) AND (created_at < $2))"))),
      expect: {
        ...columns("created_at"),
        confidence: "heuristic",
        severity: "info",
        topics: ["columns:public.orders(created_at)"],
      },
    },
    {
      name: "an unselective equality and a range as a hint",
      artifacts: given(under("aggregate", scan("((status = $1) AND (created_at >= $2) AND (created_at < $3))"))),
      expect: { ...columns("status", "created_at"), confidence: "heuristic", severity: "info" },
    },
    {
      name: "a range whose deleted rows were counted",
      artifacts: given(under("modify", scan("((created_at >= $1) AND (created_at < $2))"))),
      expect: { ...columns("created_at"), severity: "critical" },
    },
    {
      name: "a whole scan that a join with one row narrows",
      artifacts: given(joined()),
      expect: { ...columns("customer_id"), confidence: "estimated", messageIncludes: ["keep about 20"] },
    },
    {
      name: "a scan with little of its plan's cost, without explaining the statement",
      artifacts: given(under("sort", scan("(customer_id = $1)"), { totalCost: 100_000 })),
      expect: { ...columns("customer_id"), topics: ["columns:public.orders(customer_id)"] },
    },
  ],
  quiet: [
    { name: "a filter that keeps much", artifacts: given(scan("(status = $1)", { estimatedRows: 333_333 })) },
    {
      name: "a small table",
      artifacts: given(scan("(customer_id = $1)"), { tables: [table("orders", { estimatedRows: 5000 })] }),
    },
    {
      name: "a table never analyzed",
      artifacts: given(scan("(customer_id = $1)"), { tables: [table("orders", { estimatedRows: null })] }),
    },
    {
      name: "an index that the planner did not take",
      artifacts: given(scan("(customer_id = $1)"), { indexes: [index("i", "orders", ["customer_id", "at"])] }),
    },
    {
      name: "an index on the searched columns in another order",
      artifacts: given(scan("((customer_id = $1) AND (kind = $2))"), {
        indexes: [index("i", "orders", ["kind", "customer_id"])],
      }),
    },
    {
      name: "a partial index whose condition the filter repeats",
      artifacts: given(scan("((customer_id = $1) AND (deleted_at IS NULL))"), {
        indexes: [index("i", "orders", ["customer_id"], { predicate: "(deleted_at IS NULL)" })],
      }),
    },
    {
      name: "a partial index whose condition the statement's values may meet",
      artifacts: given(scan("((customer_id = $1) AND (status = $2))"), {
        indexes: [index("i", "orders", ["customer_id"], { predicate: "(status = 'open'::text)" })],
      }),
    },
    {
      name: "a partial index that holds the searched value alone",
      artifacts: given(scan("(kind = $1)"), {
        indexes: [index("i", "orders", ["created_at"], { predicate: "(kind = 'queued'::text)" })],
      }),
    },
    {
      name: "a partial index without nulls",
      artifacts: given(scan("(customer_id = $1)"), {
        indexes: [index("i", "orders", ["customer_id"], { predicate: "(customer_id IS NOT NULL)" })],
      }),
    },
    {
      name: "values too long for a B-tree",
      artifacts: given(scan("(body = $1)"), {
        columnStatistics: [columnStatistic("orders", "body", { type: "text", distinct: -1, averageWidthBytes: 4000 })],
      }),
    },
    { name: "a join that keeps most rows", artifacts: given(joined({ estimatedRows: 900_000 })) },
    { name: "a join with many rows", artifacts: given(joined({}, { estimatedRows: 50_000 })) },
    { name: "a join with a guessed range", artifacts: given(joined({}, { indexCondition: "(joined_at > $1)" })) },
    { name: "a join that wants the rows without a match", artifacts: given(joined({ native: "Hash Anti Join" })) },
    {
      name: "a join whose column has an index",
      artifacts: given(joined(), { indexes: [index("i", "orders", ["customer_id"])] }),
    },
    { name: "a function on the column", artifacts: given(scan("(lower((email)::text) = $1)")) },
    { name: "a cast of the column", artifacts: given(scan("((customer_id)::numeric = $1)")) },
    { name: "char(n) cast to text", artifacts: given(scan("((code)::text = $1)")) },
    { name: "an OR across columns", artifacts: given(scan("((customer_id = $1) OR (email = $2))")) },
    { name: "a pattern", artifacts: given(scan("(email ~~ $1)")) },
    { name: "an inequality", artifacts: given(scan("(status <> $1)")) },
    { name: "two columns of one row", artifacts: given(scan("(customer_id = orders.email)")) },
    { name: "a volatile value", artifacts: given(scan("((customer_id)::double precision = random())")) },
    {
      name: "selectivity that comes from a function alone",
      artifacts: given(scan("((status = $1) AND (lower((email)::text) = $2))")),
    },
    {
      name: "selectivity of unknown origin without column statistics",
      artifacts: given(scan("((status = $1) AND (lower((email)::text) = $2))"), { columnStatistics: [] }),
    },
    { name: "a hashed subplan", artifacts: given(scan("(NOT (hashed SubPlan 1))")) },
    {
      name: "skew: the statement returns most of the table",
      artifacts: given(scan("(customer_id = $1)"), {}, { ...query, rows: 600_000_000 }),
    },
    {
      name: "a low share",
      artifacts: given(scan("(customer_id = $1)"), {}, { ...query, calls: 10, totalMs: 20, meanMs: 2, rows: 10 }),
    },
    { name: "a fast statement", artifacts: given(scan("(customer_id = $1)"), {}, { ...query, meanMs: 0.4 }) },
    { name: "few calls", artifacts: given(scan("(customer_id = $1)"), {}, { ...query, calls: 3 }) },
    {
      name: "a scan without weight in its plan",
      artifacts: given(under("sort", scan("(customer_id = $1)", { totalCost: 10 }), { totalCost: 100_000 })),
    },
    { name: "a scan without a filter", artifacts: given(planNode({ relation: relation("orders") })) },
    { name: "an index scan", artifacts: given(scan("(customer_id = $1)", { operator: "index-scan" })) },
    {
      name: "a json column",
      artifacts: given(scan("(payload = $1)"), {
        columnStatistics: [columnStatistic("orders", "payload", { type: "json" })],
      }),
    },
  ],
});
