const QUOTE = 39;
const DOLLAR = 36;
const UNDERSCORE = 95;
/** Long value lists tell nothing more after so many. */
const MAX_LITERALS = 64;

/**
 * Names statements that differ in literals alone by one text, in about a nanosecond a character. It only decides how
 * often a stack is taken: a wrong guess costs a call site or some microseconds.
 */
export function textKey(text: string): string {
  let key = "";
  let from = 0;
  let literals = 0;
  for (let at = 0; at < text.length && literals < MAX_LITERALS; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = text.indexOf("'", at + 1);
      key += text.slice(from, at);
      from = end === -1 ? text.length : end + 1;
    } else if (isDigit(code) && !isWord(text.charCodeAt(at - 1))) {
      key += text.slice(from, at);
      for (from = at + 1; isDigit(text.charCodeAt(from)) || text[from] === "."; ) from += 1;
    } else continue;
    at = from - 1;
    literals += 1;
  }
  return literals === 0 ? text : key + (literals < MAX_LITERALS ? text.slice(from) : "");
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** What a name or a parameter (`$1`) may hold before a digit. */
function isWord(code: number): boolean {
  return (
    isDigit(code) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === UNDERSCORE || code === DOLLAR
  );
}
