/** Words by the two 32-bit hashes that a byte scanner has at hand, so that no string is made for a look-up. */
export interface WordHash {
  readonly a: number;
  readonly b: number;
}

export const WORD_SEED_A = 0x811c9dc5 | 0;
export const WORD_SEED_B = 0x2545f491 | 0;

/** The hash of a lower-case ASCII word; `StatementScanner` computes the same while it reads. */
export function wordHash(word: string): WordHash {
  let a = WORD_SEED_A;
  let b = WORD_SEED_B;
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = (Math.imul(b, 31) + code) | 0;
  }
  return { a, b };
}

/** A fixed set of lower-case words. */
export class WordSet {
  readonly #byHash = new Map<number, number>();

  constructor(words: string) {
    for (const word of words.split(/\s+/)) {
      const { a, b } = wordHash(word);
      this.#byHash.set(a, b);
    }
  }

  has(a: number, b: number): boolean {
    return this.#byHash.get(a) === b;
  }
}

/** Words that are no functions: a parenthesis after them stands apart. */
export const SPACED_WORDS = new WordSet(
  `all and any array as between by case conflict cross distinct else except exists filter from group having ilike in
  inner insert intersect interval into is join key lateral left like limit not on or order outer over partition references
  returning right row select set some then union update using values when where with within`,
);

/** Type names that stand before a string to make a constant of that type: a parameter may not stand there. */
export const LITERAL_TYPES = new WordSet("date datetime interval json jsonb time timestamp timestamptz timetz uuid");

/** Keywords of MySQL and MariaDB, whose letter case does not matter; that of other words may. */
export const MYSQL_KEYWORDS = new WordSet(
  `all alter analyze and any as asc avg begin between binary both by call cascade case cast char coalesce collate column
  commit concat count create cross current_date current_timestamp database date_add date_sub datetime decimal declare
  default delete desc describe distinct div do drop duplicate else end escape exists explain false fields flush for force
  forced foreign from full fulltext global grant group group_concat having high_priority if ifnull ignore in index inner
  insert int integer interval into is isnull join key keys kill last_insert_id leading left like limit load local lock
  locked locks low_priority match max min mod natural new not now null nullif offset on only or order outer over partition
  prepare primary procedure read references regexp release rename replace restrict right rlike rollback rollup row rows
  savepoint schema select separator session set share show signed skip sleep some sql_calc_found_rows sql_no_cache start
  status straight_join substring sum table tables then to trailing transaction trigger trim true truncate union unique
  unlock unsigned update use using utc_timestamp values variables view wait when where while window with write xor`,
);
