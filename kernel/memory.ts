/** Where everything lies in the kernel's memory. The host reads files straight into what comes after. */

/** What was found in an event: 32-bit numbers; the host reads them through one view. */
export const SLOTS: usize = 256;
/** The same for 64-bit floating point numbers. */
export const FLOATS: usize = 768;
/** The class of each byte. */
export const KINDS: usize = 1024;
/** Hash table of known words with their flags. */
export const WORDS: usize = 2048;
export const WORD_SLOTS: usize = 1024;
/** The prefix of log lines, compiled by the host: pairs of operation and argument. */
export const PREFIX: usize = 12288;
/** One frame for each open parenthesis. */
export const STACK: usize = 16384;
export const MAX_DEPTH: i32 = 64;
/** Scratch for the normalised text of one statement. */
export const OUT: usize = 32768;
export const OUT_BYTES: usize = 65536;
/** What was found in texts that came before as they are: the text's hash, its key, and what is known of its values. */
export const MEMO: usize = 131072;
export const MEMO_ENTRIES: usize = 4096;
/** The first byte that the host may use. */
export const INPUT: usize = 262144;
