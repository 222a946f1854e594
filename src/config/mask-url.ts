/** Up to the last `@`: a password that was not percent-encoded may hold `@`, `/`, `?` or `#`; better to mask too much. */
const AUTHORITY_PASSWORD = /^([a-z][\w+.-]*:\/\/[^/?#@:]*:).*@/is;
const QUERY_PASSWORD = /([?&](?:ssl)?password=)[^&#]*/gi;
const KEYWORD_PASSWORD = /(\b(?:ssl)?password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s&#]+)/gi;

/** The URL, or `key=value` connection text, with `***` in the place of each password. */
export function maskUrl(url: string): string {
  return url.replace(AUTHORITY_PASSWORD, "$1***@").replace(QUERY_PASSWORD, "$1***").replace(KEYWORD_PASSWORD, "$1***");
}
