import { type Random, seededRandom } from "./random.ts";
import { type Column, shopTables, type Table } from "./schema.ts";

/** How one server's clients write SQL. */
export interface SqlWriting {
  readonly quote: '"' | "`";
  /** Whether values are sent beside the text, as $1; else they stand in it. */
  readonly hasParameters: boolean;
}

export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
}

/** Rows that each table is filled with: keys are drawn from them. */
const ROWS_A_TABLE = 4000;

const WORDS = ["new", "paid", "sent", "open", "closed", "EUR", "CHF", "eu-west", "default", "express"] as const;
const PHRASES = [
  "Leave it at the door, please.",
  "Größe M, Farbe grün",
  "It's a gift; don't add the invoice",
  "second attempt after a timeout of the provider (code 504)",
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore",
] as const;

/** Draws statements of some 200 classes, a few of them far more often than the others, as applications do. */
export function statementSource(random: Random, writing: SqlWriting): () => Statement {
  const classes = shuffled(
    shopTables.flatMap((table) => SHAPES.map((shape) => ({ table, shape }))),
    // The same for all clients: they favour the same classes.
    seededRandom(7),
  );
  return () => {
    // Squared, so that the first tenth of the classes makes a third of the traffic.
    const rank = Math.floor((random.below(1_000_000) / 1_000_000) ** 2 * classes.length);
    const { table, shape } = classes[rank] ?? { table: shopTables[0], shape: selectById };
    if (table === undefined) throw new Error("the shop has tables");
    const draft = new Draft(random, writing);
    return { text: shape(draft, table), values: draft.values };
  };
}

/** A row for each of the first statements that fill a table, many rows a statement. */
export function* fillStatements(random: Random): Generator<string> {
  const draft = new Draft(random, { quote: '"', hasParameters: false });
  const rowsAStatement = 500;
  for (const { name, columns } of shopTables) {
    const names = columns.map((column) => column.name).join(", ");
    for (let done = 0; done < ROWS_A_TABLE; done += rowsAStatement) {
      const rows = Array.from({ length: rowsAStatement }, () => draft.row(columns));
      yield `insert into ${name} (${names}) values ${rows.join(", ")}`;
    }
  }
}

type Shape = (draft: Draft, table: Table) => string;

/** One statement while it is written. */
class Draft {
  readonly values: string[] = [];
  readonly random: Random;
  readonly #writing: SqlWriting;

  constructor(random: Random, writing: SqlWriting) {
    this.random = random;
    this.#writing = writing;
  }

  name(...parts: readonly string[]): string {
    const { quote } = this.#writing;
    return parts.map((part) => `${quote}${part}${quote}`).join(".");
  }

  /** A value in the text. */
  literal(column: Column): string {
    const value = this.#value(column);
    return column.kind === "key" || column.kind === "count" || column.kind === "money" || column.kind === "flag"
      ? value
      : `'${value.replaceAll("'", "''")}'`;
  }

  /** A value beside the text, where the clients of the server do so. */
  parameter(column: Column): string {
    if (!this.#writing.hasParameters) return this.literal(column);
    this.values.push(this.#value(column));
    return `$${this.values.length}`;
  }

  row(columns: readonly Column[]): string {
    return `(${columns.map((column) => this.literal(column)).join(", ")})`;
  }

  /** `alias.column as alias_column` of every column, as object mappers write. */
  everyColumn(alias: string, { columns }: Table): string {
    return ["id", ...columns.map(({ name }) => name)]
      .map((name) => `${this.name(alias, name)} AS ${this.name(`${alias}_${name}`)}`)
      .join(", ");
  }

  #value({ kind }: Column): string {
    const { random } = this;
    switch (kind) {
      case "key":
        return String(1 + random.below(ROWS_A_TABLE));
      case "count":
        return String(random.below(500));
      case "word":
        return random.chance(70) ? random.pick(WORDS) : `k${random.below(100_000).toString(36)}`;
      case "text":
        return random.pick(PHRASES);
      case "money":
        return `${random.below(900)}.${10 + random.below(90)}`;
      case "time":
        return `2026-${two(1 + random.below(12))}-${two(1 + random.below(28))} ${two(random.below(24))}:${two(random.below(60))}:00`;
      case "flag":
        return random.chance(50) ? "true" : "false";
    }
  }
}

const ID: Column = { name: "id", kind: "key" };

function selectById(draft: Draft, table: Table): string {
  return `SELECT ${draft.everyColumn(table.name, table)} FROM ${draft.name(table.name)} ${draft.name(table.name)} WHERE ((${draft.name(table.name, "id")} = ${draft.parameter(ID)})) LIMIT 1`;
}

function selectWithParents(draft: Draft, table: Table): string {
  const chain = [table];
  for (let parent = parentOf(table); parent !== undefined; parent = parentOf(parent)) chain.push(parent);
  const joins = chain.slice(1).map((parent, index) => {
    const child = chain[index] ?? table;
    const key = child.columns[0]?.name ?? "id";
    return `LEFT JOIN ${draft.name(parent.name)} ${draft.name(`t${index + 1}`)} ON ${draft.name(`t${index + 1}`, "id")}=${draft.name(`t${index}`, key)}`;
  });
  const columns = chain.map((joined, index) => draft.everyColumn(`t${index}`, joined)).join(", ");
  return `SELECT ${columns} FROM ${draft.name(table.name)} ${draft.name("t0")} ${joins.join(" ")} WHERE ${draft.name("t0", firstColumn(table).name)} = ${draft.parameter(firstColumn(table))} ORDER BY ${draft.name("t0", "id")} DESC LIMIT ${10 * (1 + draft.random.below(5))}`;
}

function selectTagged(draft: Draft, table: Table): string {
  const column = lastColumn(table);
  return `SELECT ${draft.name(table.name)}.* FROM ${draft.name(table.name)} WHERE ${draft.name(table.name, column.name)} > ${draft.parameter(column)} ORDER BY ${draft.name(table.name, "id")} ASC LIMIT 20 /*application:Shop,controller:${table.name},action:index*/`;
}

function selectLiteral(draft: Draft, table: Table): string {
  const [first, last] = [firstColumn(table), lastColumn(table)];
  return `select id, ${first.name}, ${last.name} from ${table.name} where ${first.name} = ${draft.literal(first)} and ${last.name} is not null order by id limit ${1 + draft.random.below(50)}`;
}

function selectInList(draft: Draft, table: Table): string {
  const ids = Array.from({ length: 2 + draft.random.below(40) }, () => draft.literal(ID)).join(", ");
  return `SELECT ${draft.everyColumn("base", table)} FROM ${draft.name(table.name)} AS ${draft.name("base")} WHERE ${draft.name("base", "id")} IN (${ids})`;
}

function insertOne(draft: Draft, { name, columns }: Table): string {
  const names = columns.map((column) => draft.name(column.name)).join(", ");
  return `INSERT INTO ${draft.name(name)} (${names}) VALUES (${columns.map((column) => draft.parameter(column)).join(", ")}) RETURNING ${draft.name("id")}`;
}

function insertMany(draft: Draft, { name, columns }: Table): string {
  const rows = Array.from({ length: 2 + draft.random.below(12) }, () => draft.row(columns));
  return `insert into ${name} (${columns.map((column) => column.name).join(", ")})\nvalues ${rows.join(",\n       ")}`;
}

function updateEvery(draft: Draft, { name, columns }: Table): string {
  const sets = columns.map((column) => `${draft.name(column.name)} = ${draft.parameter(column)}`).join(", ");
  return `UPDATE ${draft.name(name)} SET ${sets} WHERE ${draft.name(name, "id")} = ${draft.parameter(ID)}`;
}

function updateLiteral(draft: Draft, table: Table): string {
  const column = lastColumn(table);
  return `update ${table.name} set ${column.name} = ${draft.literal(column)} where id = ${draft.literal(ID)}`;
}

function deleteOne(draft: Draft, { name }: Table): string {
  return `delete from ${name} where id = ${ROWS_A_TABLE + draft.random.below(100_000)}`;
}

function countSome(draft: Draft, table: Table): string {
  const column = lastColumn(table);
  return `select count(*) from ${table.name} where ${column.name} >= ${draft.literal(column)} and id % ${2 + draft.random.below(90)} = 0`;
}

const SHAPES: readonly Shape[] = [
  selectById,
  selectWithParents,
  selectTagged,
  selectLiteral,
  selectInList,
  insertOne,
  insertMany,
  updateEvery,
  updateLiteral,
  deleteOne,
  countSome,
];

function parentOf({ parent }: Table): Table | undefined {
  return shopTables.find(({ name }) => name === parent);
}

function firstColumn({ columns }: Table): Column {
  return columns[0] ?? ID;
}

function lastColumn({ columns }: Table): Column {
  return columns.at(-1) ?? ID;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.below(left.length), 1));
}
