// Ten posts with their comments and tags. Arguments: a library, and joined, separate, limited or a form of TEXTS.
import "reflect-metadata";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, pgTable } from "drizzle-orm/pg-core";
import knex from "knex";
import { Model } from "objection";
import pg from "pg";
import postgres from "postgres";
import { DataTypes, Sequelize } from "sequelize";
import { DataSource, EntitySchema } from "typeorm";

const [, , library, form] = process.argv;
const connectionString = process.env.DATABASE_URL;
const RELATIONS = "from posts p join comments c on c.post_id = p.id join tags t on t.post_id = p.id";
const VISITS = "from posts p join visits v on v.post_id = p.id join authors a on a.id = v.author";
const TEXTS = {
  joined: `select p.id, c.id as comment, c.author, t.id as tag ${RELATIONS}`,
  chain: `select p.id, v.id as visit, a.id as author ${VISITS}`,
  keyless: `select p.id, a.id as author ${VISITS}`,
  names: `select p.title, c.id as comment, t.id as tag ${RELATIONS}`,
  twice: `select p.*, c.*, t.* ${RELATIONS}`,
};

const libraries = {
  pg: async () => {
    const pool = new pg.Pool({ connectionString });
    await pool.query(TEXTS[form]); // pg
    await pool.end();
  },
  postgres: async () => {
    const sql = postgres(connectionString);
    await sql`select p.id, c.id as comment, t.id as tag from posts p join comments c on c.post_id = p.id join tags t on t.post_id = p.id`; // postgres
    await sql.end();
  },
  knex: async () => {
    const db = knex({ client: "pg", connection: connectionString });
    if (form === "joined") {
      await db("posts") // knex
        .leftJoin("comments", "comments.post_id", "posts.id")
        .leftJoin("tags", "tags.post_id", "posts.id")
        .select("posts.id", "comments.id as comment", "tags.id as tag");
    } else {
      const ids = (await db("posts").select("id")).map(({ id }) => id);
      await db("comments").whereIn("post_id", ids);
      await db("tags").whereIn("post_id", ids);
    }
    await db.destroy();
  },
  sequelize: async () => {
    const sequelize = new Sequelize(connectionString, { dialect: "postgres", logging: false });
    const options = { timestamps: false };
    const Post = sequelize.define("post", { title: DataTypes.TEXT }, { ...options, tableName: "posts" });
    const Comment = sequelize.define("comment", { author: DataTypes.INTEGER }, { ...options, tableName: "comments" });
    const Tag = sequelize.define("tag", { name: DataTypes.TEXT }, { ...options, tableName: "tags" });
    Post.hasMany(Comment, { foreignKey: "post_id" });
    Post.hasMany(Tag, { foreignKey: "post_id" });
    const separate = form === "separate";
    const include = [Comment, Tag].map((model) => ({ model, separate }));
    const limit = form === "limited" ? { limit: 9 } : {};
    await Post.findAll({ include, ...limit }); // sequelize
    await sequelize.close();
  },
  objection: async () => {
    class Post extends Model {
      static tableName = "posts";
      static relationMappings = { comments: relation("comments"), tags: relation("tags") };
    }
    const db = knex({ client: "pg", connection: connectionString });
    Post.knex(db);
    if (form === "joined")
      await Post.query().withGraphJoined("[comments, tags]"); // objection
    else await Post.query().withGraphFetched("[comments, tags]");
    await db.destroy();
  },
  drizzle: async () => {
    const pool = new pg.Pool({ connectionString });
    const posts = pgTable("posts", { id: integer().primaryKey() });
    const comments = pgTable("comments", { id: integer().primaryKey(), postId: integer("post_id") });
    const tags = pgTable("tags", { id: integer().primaryKey(), postId: integer("post_id") });
    await drizzle({ client: pool }) // drizzle
      .select()
      .from(posts)
      .leftJoin(comments, eq(comments.postId, posts.id))
      .leftJoin(tags, eq(tags.postId, posts.id));
    await pool.end();
  },
  typeorm: async () => {
    const id = { type: Number, primary: true };
    const many = (target) => ({ type: "one-to-many", target, inverseSide: "post" });
    const post = { type: "many-to-one", target: "Post", joinColumn: { name: "post_id" } };
    const entities = [
      ["Post", "posts", { comments: many("Comment"), tags: many("Tag") }],
      ["Comment", "comments", { post }],
      ["Tag", "tags", { post }],
    ].map(([name, tableName, relations]) => new EntitySchema({ name, tableName, columns: { id }, relations }));
    const source = new DataSource({ type: "postgres", url: connectionString, entities });
    await source.initialize();
    const relationLoadStrategy = form === "joined" ? "join" : "query";
    await source.getRepository("Post").find({ relations: { comments: true, tags: true }, relationLoadStrategy }); // typeorm
    await source.destroy();
  },
};

function relation(table) {
  class Many extends Model {
    static tableName = table;
  }
  return { relation: Model.HasManyRelation, modelClass: Many, join: { from: "posts.id", to: `${table}.post_id` } };
}

await libraries[library]();
console.log("done");
