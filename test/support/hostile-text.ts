import fc from "fast-check";

/** What breaks markup, JSON and URIs, between words. */
const PIECES = [
  "\u0000",
  "\u001b[2J",
  "\u0085",
  "\u202e",
  "\ud800",
  "\udfff",
  "\ufffe",
  "\uffff",
  "\u{1f600}",
  "]]>",
  "<![CDATA[",
  "</failure>",
  "<!--",
  "&amp;",
  "&#0;",
  '"',
  "'",
  "\\",
  "\n",
  "\r",
  "\t",
  "[a](b)",
  "%41",
  "../",
  "SARIF_BUILDER_INVALID",
];

/** Texts of any UTF-16 units, and of pieces that formats trip over. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 8 })
    .map((parts) => parts.join("")),
);
