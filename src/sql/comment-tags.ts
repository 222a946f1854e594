/** Comment keys that sqlcommenter and marginalia write. Everything else in a comment may be private and is dropped. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "action",
  "app",
  "application",
  "controller",
  "db_driver",
  "file",
  "framework",
  "job",
  "line",
  "route",
  "traceparent",
  "tracestate",
]);

const SQLCOMMENTER = /([\w.-]+)\s*=\s*'((?:[^'\\]|\\.)*)'/g;
const MARGINALIA = /([\w.-]+):([^,'*\s][^,*]*)/g;

/** Known tags of one comment's text, sqlcommenter (`key='value'`, percent-encoded) or marginalia (`key:value`). */
export function commentTags(comment: string): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const pattern of [SQLCOMMENTER, MARGINALIA]) {
    for (const [, key = "", value = ""] of comment.matchAll(pattern)) {
      if (KNOWN_KEYS.has(key) && !(key in tags)) tags[key] = decode(value.trim());
    }
  }
  return tags;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
