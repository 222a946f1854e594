import { scanSql } from "../../src/sql/scan.ts";
import { SCENARIOS } from "./scenarios.mjs";

/** A statement that a request repeats, and from when to when (milliseconds of the epoch). */
export interface Planted {
  /** As `normalised` makes it. */
  readonly query: string;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

export interface LabelledRequest {
  readonly id: number;
  readonly scenario: string;
  /** The rule that is meant; null: a look-alike. */
  readonly rule: string | null;
  /** A: its statements name it in a comment; B: they are in one explicit transaction; C: neither. */
  readonly scopeClass: "A" | "B" | "C";
  readonly from: number;
  readonly to: number;
  /** The loops in it; empty for a look-alike. */
  readonly planted: readonly Planted[];
  /** Every statement that it sent, normalised, once. */
  readonly queries: readonly string[];
}

/** What there was in one recorded log. */
export interface Labels {
  readonly half: "development" | "test";
  readonly application: string;
  readonly pool: number;
  readonly perSecond: number;
  readonly variant: string;
  readonly dialect: "postgres" | "mariadb";
  readonly requests: readonly LabelledRequest[];
  readonly background: { readonly requests: number; readonly queries: readonly string[] };
}

/** As the application noted it. */
export interface NotedRequest {
  readonly id: number;
  /** "driver", "background", or the id of the request that asked for this one. */
  readonly by: string;
  readonly scenario: string;
  readonly from: number;
  readonly to: number;
  readonly statements: readonly { readonly text: string; readonly from: number; readonly to: number }[];
}

const LEAST_REPEATS = 5;
const BEGIN = /^(begin|start transaction)/;
const CONTROL = /^(begin|start transaction|commit|rollback|savepoint|release|set) ?/;

/** Labels of the requests that the driver sent. Throws where a loop is not in what was sent. */
export function labelsOf(noted: readonly NotedRequest[], setup: Omit<Labels, "requests" | "background">): Labels {
  const background = noted.filter(({ by }) => by === "background");
  const requests = noted
    .filter(({ by }) => by === "driver")
    .map((one) =>
      labelled(
        one,
        noted.filter(({ by }) => by === String(one.id)),
        setup,
      ),
    );
  return {
    ...setup,
    requests,
    background: { requests: background.length, queries: distinct(background, setup.dialect) },
  };
}

function labelled(
  request: NotedRequest,
  parts: readonly NotedRequest[],
  { variant, dialect }: Pick<Labels, "variant" | "dialect">,
): LabelledRequest {
  const { id, scenario, from, to } = request;
  const rule = SCENARIOS[scenario]?.found ?? null;
  const queries = distinct([request, ...parts], dialect);
  const begins = request.statements.filter(({ text }) => BEGIN.test(normalised(text, dialect))).length;
  const isInTransaction = rule === null ? queries.some((query) => BEGIN.test(query)) : begins === 1;
  const scopeClass = variant === "comments" ? "A" : isInTransaction ? "B" : "C";
  const planted = rule === null ? [] : plantedIn(request, dialect);
  if (rule !== null && planted.length === 0) throw new Error(`no loop in a request of ${scenario}`);
  return { id, scenario, rule, scopeClass, from, to, planted, queries };
}

function plantedIn({ statements }: NotedRequest, dialect: Labels["dialect"]): Planted[] {
  const groups = new Map<string, Planted>();
  for (const { text, from, to } of statements) {
    const query = normalised(text, dialect);
    if (CONTROL.test(query)) continue;
    const group = groups.get(query) ?? { query, count: 0, from, to };
    groups.set(query, { ...group, count: group.count + 1, to: Math.max(group.to, to) });
  }
  return [...groups.values()].filter(({ count }) => count >= LEAST_REPEATS);
}

function distinct(requests: readonly NotedRequest[], dialect: Labels["dialect"]): string[] {
  const texts = requests.flatMap(({ statements }) => statements.map(({ text }) => normalised(text, dialect)));
  return [...new Set(texts)];
}

/**
 * Lower case, values as ?, lists of values as one, one space between words, no comments and quotes: the same for what a
 * driver sent, what a server logged and what a report prints.
 */
export function normalised(sql: string, dialect: Labels["dialect"]): string {
  const words: string[] = [];
  for (const { kind, start, end } of scanSql(sql, { dialect: dialect === "mariadb" ? "mysql" : "postgres" })) {
    const text = sql.slice(start, end).toLowerCase();
    if (kind === "comment" || kind === "space") continue;
    const isValue =
      kind === "string" || kind === "number" || kind === "parameter" || /^(true|false|null|\.\.\.)$/.test(text);
    words.push(isValue ? "?" : kind === "quoted-identifier" ? text.slice(1, -1) : text);
  }
  return words
    .join(" ")
    .replace(/ ?([(),.;]) ?/g, "$1")
    .replace(/\?(,(\?|\.+))+/g, "?")
    .replace(/(\([^()]*\))(,\1)+/g, "$1")
    .replace(/;+$/, "");
}
