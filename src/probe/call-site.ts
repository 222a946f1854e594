import type { CallSite, OrmId } from "../model/query-loop.ts";
import { type Frame, parseFrame, type Stack, takeStack } from "./stack-frames.ts";

/** Where a statement was sent from; `callSite.file` is absolute. */
export interface Origin {
  readonly callSite: CallSite | null;
  readonly orm: OrmId | null;
}

const OWN_DIRECTORY = __dirname;
const LIBRARY = /[\\/]node_modules[\\/]/;
const ORM = /[\\/]node_modules[\\/](@mikro-orm|@prisma|sequelize|typeorm|drizzle-orm|objection|knex)[\\/]/g;
const ORM_IDS: Readonly<Record<string, OrmId>> = {
  "@mikro-orm": "mikro-orm",
  "@prisma": "prisma",
  "drizzle-orm": "drizzle",
  sequelize: "sequelize",
  typeorm: "typeorm",
  objection: "objection",
  knex: "knex",
};

/** Finds where the program's own code stands in the stack of this moment. */
export function originOfNow(): Origin {
  return originOf(takeStack());
}

/** The same in a stack that somebody kept as text, which its formatter has mapped already. */
export function originOfText(text: unknown): Origin {
  const lines = typeof text === "string" ? text.split("\n") : [];
  const frames = lines.flatMap((line, index) => parseFrame(line, index) ?? []);
  return originOf({ frames, sourceOf: (frame) => frame });
}

/**
 * The first frame that is the program's. What counts as a library is the file that runs: its source map may name a
 * place outside of node_modules. A bundle's map names libraries as well.
 */
export function originOf({ frames, sourceOf }: Stack): Origin {
  let orm: OrmId | null = null;
  for (const frame of frames) {
    if (frame.file.startsWith(OWN_DIRECTORY)) continue;
    const source = LIBRARY.test(frame.file) ? frame : sourceOf(frame);
    if (source === null) return { callSite: null, orm };
    if (!LIBRARY.test(source.file)) return { callSite: callSiteOf(source), orm };
    orm = upperOrm(orm, ormOf(source.file));
  }
  return { callSite: null, orm };
}

function callSiteOf({ file, line, column, functionName }: Frame): CallSite {
  return { file, line, column, functionName };
}

function ormOf(file: string): OrmId | null {
  const name = [...file.matchAll(ORM)].at(-1)?.[1];
  return name === undefined ? null : (ORM_IDS[name] ?? null);
}

/** Objection and MikroORM send through Knex: the upper one wrote the query. */
function upperOrm(known: OrmId | null, found: OrmId | null): OrmId | null {
  return known === null || known === "knex" ? (found ?? known) : known;
}
