import { describe, expect, it } from "vitest";
import { countEntities, largeResult } from "../../../src/probe/count-entities.ts";

const JOIN = "select * from posts p left JOIN comments c on c.post_id = p.id left JOIN tags t on t.post_id = p.id";

type Row = Readonly<Record<string, unknown>>;

/** Each post with each of its comments and tags, as an object by column. */
function product(posts: number, comments: number, tags: number): Row[] {
  return range(posts).flatMap((post) =>
    range(comments).flatMap((comment) =>
      range(tags).map((tag) => ({
        id: post,
        title: "same",
        comment: post * 1000 + comment,
        author: comment % 3,
        tag: post * 1000 + tag,
        name: `t${tag % 2}`,
      })),
    ),
  );
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1);
}

function entitiesOf(rows: readonly Row[], names = Object.keys(rows[0] ?? {}), text = JOIN): number | null {
  const result = largeResult(
    rows,
    names.map((name) => ({ name })),
  );
  return result === null ? null : countEntities(text, result);
}

/** Ten posts with 20 comments each, and what `more` adds to each. */
function chain(more: (comment: number, post: number) => Row): Row[] {
  return range(10).flatMap((post) => range(20).map((comment) => ({ id: post, ...more(comment, post) })));
}

describe("entities of a product", () => {
  it("are the values of the first column, in whatever order the rows come", () => {
    const rows = product(10, 12, 5);
    expect(entitiesOf(rows)).toBe(10);
    expect(entitiesOf(rows.toSorted((a, b) => Number(a["tag"]) - Number(b["tag"])))).toBe(10);
    expect(entitiesOf(product(1, 20, 30))).toBe(1);
  });

  it("are counted in rows that are arrays, also where names are the same", () => {
    const rows = product(10, 12, 5).map((row) => Object.values(row));
    const result = largeResult(rows, Array(6).fill({ name: "id" }));
    expect(result === null ? null : countEntities(JOIN, result)).toBe(10);
  });

  it("are counted with dates, bytes and JSON beside them", () => {
    const rows = product(10, 12, 5).map((row) => ({
      key: Buffer.from(`key ${row["id"]}`),
      ...row,
      sentAt: new Date(Number(row["comment"])),
      body: { comment: row["comment"] },
    }));
    expect(entitiesOf(rows)).toBe(10);
  });

  it("are counted where some have no tags, and where comments have replies or none", () => {
    const bare = product(5, 12, 1).map((row) => ({ ...row, id: Number(row["id"]) + 100, tag: null, name: null }));
    expect(entitiesOf([...product(10, 12, 5), ...bare])).toBe(15);
    const replied = product(10, 12, 5).flatMap((row): Row[] => {
      const comment = Number(row["comment"]);
      const replies = comment % 2 === 0 ? [null] : [comment * 10, comment * 10 + 1];
      return replies.map((reply) => ({ ...row, reply }));
    });
    expect(entitiesOf(replied)).toBe(10);
  });

  it("are counted for three relations, and by the entities with most rows where there are many", () => {
    const threefold = product(4, 5, 3).flatMap((row) => range(4).map((like): Row => ({ ...row, like })));
    expect(entitiesOf(threefold)).toBe(4);
    expect(entitiesOf(product(2, 60, 70))).toBe(2);
    expect(entitiesOf(product(500, 3, 3))).toBe(500);
  });
});

describe("rows that repeat nothing", () => {
  it("say so: each has an entity of its own", () => {
    expect(entitiesOf(range(200).map((id) => ({ id, name: "a" })))).toBe(200);
  });
});

describe("entities that are not counted", () => {
  it.each<readonly [string, number | null]>([
    ["fewer than a hundred rows", entitiesOf(product(3, 11, 3))],
    ["one join", entitiesOf(product(10, 12, 5), undefined, "select * from posts join comments on true")],
    ["no join, whatever a name says", entitiesOf(product(10, 12, 5), undefined, "select joined, joining from posts")],
    ["no rows that were kept", entitiesOf([])],
    ["a first name that the row does not have", entitiesOf(product(10, 12, 5), ["posts", "comment", "tag"])],
    ["a first name that another column has too", entitiesOf(product(10, 12, 5), ["id", "comment", "tag", "id"])],
    [
      "a first column without a value",
      entitiesOf(product(10, 12, 5).map((row, at) => (at === 7 ? { ...row, id: null } : row))),
    ],
    ["JSON as the first column", entitiesOf(product(10, 12, 5).map((row) => ({ whole: { id: row["id"] }, ...row })))],
  ])("%s", (_, entities) => {
    expect(entities).toBeNull();
  });

  it("a first column that is not the key: rows of several posts are no product", () => {
    expect(entitiesOf(product(10, 12, 5), ["title", "comment", "tag"])).toBeNull();
  });

  it.each<readonly [string, readonly Row[]]>([
    [
      "one has-many relation and its parents",
      chain((comment, post) => ({ comment: post * 100 + comment, author: comment % 3 })),
    ],
    ["the same without keys", chain((comment) => ({ author: comment % 3, at: comment * 7 }))],
    [
      "values that come as it happens",
      chain((comment, post) => ({ author: (comment * comment + post) % 7, size: comment % 3 })),
    ],
    [
      "a number for each pair",
      product(10, 6, 5).map((row) => ({ ...row, stock: (Number(row["comment"]) * Number(row["tag"])) % 11 })),
    ],
    ["a row that is missing in each", product(10, 12, 5).filter((_, at) => at % 60 !== 17)],
    ["one row of the other relation", product(10, 20, 1)],
    ["one row of each but one", product(10, 1, 20)],
  ])("%s", (_, rows) => {
    expect(rows.length).toBeGreaterThanOrEqual(100);
    expect(entitiesOf(rows)).toBeNull();
  });
});
