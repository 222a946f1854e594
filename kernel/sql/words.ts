import { OUT, WORD_SLOTS, WORDS } from "../memory";
import { hashBytes } from "./word-hash";

/** A parenthesis after it stands apart: it is no function. */
export const SPACED: u64 = 1;
/** A type name before a string makes a constant of that type: no parameter may stand in the string's place. */
export const LITERAL_TYPE: u64 = 2;
/** Keyword of MySQL and MariaDB: its letter case does not matter, that of other words may. */
export const MYSQL_KEYWORD: u64 = 4;

const ALL_FLAGS: u64 = 7;

/** The flags of a word by its hash; 0 for a word of none. */
export function flagsOf(hash: u64): u64 {
  return load<u64>(slotOf(hash)) & ALL_FLAGS;
}

/** Address of the word's entry, or of the free one where it would go. */
function slotOf(hash: u64): usize {
  const key = hash & ~ALL_FLAGS;
  let slot = <usize>(hash >> 40) % WORD_SLOTS;
  while (true) {
    const entry = load<u64>(WORDS + (slot << 3));
    if (entry == 0 || (entry & ~ALL_FLAGS) == key) return WORDS + (slot << 3);
    slot = (slot + 1) % WORD_SLOTS;
  }
}

/** Words apart by one space. */
function addAll(words: string, flag: u64): void {
  let length: usize = 0;
  for (let at = 0; at <= words.length; at += 1) {
    if (at < words.length && words.charCodeAt(at) != 32) {
      store<u8>(OUT + length, <u8>words.charCodeAt(at));
      length += 1;
      continue;
    }
    const hash = hashBytes(OUT, OUT + length, true);
    const slot = slotOf(hash);
    store<u64>(slot, load<u64>(slot) | (hash & ~ALL_FLAGS) | flag);
    length = 0;
  }
}

export function fillWords(): void {
  addAll("and as between by case conflict cross distinct else except exists filter from group having", SPACED);
  addAll(
    "ilike in inner insert intersect interval into is join key lateral left like limit not on or order outer",
    SPACED,
  );
  addAll("over partition references returning right row select set then union update using values when where", SPACED);
  addAll("with within", SPACED);
  addAll("date datetime interval json jsonb time timestamp timestamptz timetz uuid", LITERAL_TYPE);
  addAll(
    "all alter analyze and any as asc avg begin between binary both by call cascade case cast char coalesce",
    MYSQL_KEYWORD,
  );
  addAll(
    "collate column commit concat count create cross current_date current_timestamp database date_add",
    MYSQL_KEYWORD,
  );
  addAll(
    "date_sub datetime decimal declare default delete desc describe distinct div do drop duplicate else end",
    MYSQL_KEYWORD,
  );
  addAll(
    "escape exists explain false fields flush for force foreign from full fulltext global grant group",
    MYSQL_KEYWORD,
  );
  addAll(
    "group_concat having high_priority if ifnull ignore in index inner insert int integer interval into is",
    MYSQL_KEYWORD,
  );
  addAll(
    "isnull join key keys kill last_insert_id leading left like limit load local lock locked locks",
    MYSQL_KEYWORD,
  );
  addAll(
    "low_priority match max min mod natural new not now null nullif offset on only or order outer over",
    MYSQL_KEYWORD,
  );
  addAll(
    "partition prepare primary procedure read references regexp release rename replace restrict right rlike",
    MYSQL_KEYWORD,
  );
  addAll(
    "rollback rollup row rows savepoint schema select separator session set share show signed skip sleep some",
    MYSQL_KEYWORD,
  );
  addAll(
    "sql_calc_found_rows sql_no_cache start status straight_join substring sum table tables then to",
    MYSQL_KEYWORD,
  );
  addAll(
    "trailing transaction trigger trim true truncate union unique unlock unsigned update use using",
    MYSQL_KEYWORD,
  );
  addAll("utc_timestamp values variables view wait when where while window with write xor", MYSQL_KEYWORD);
}
