import { LogDigest } from "./digest.ts";
import { mergeDigest } from "./merge.ts";

/** Nothing comes before or after: what waited for it is decided. The digest that is given is used up. */
export function closeDigest(digest: LogDigest): LogDigest {
  if (!digest.options.isOpen) {
    digest.sessions.flush();
    digest.loops.close();
    return digest;
  }
  const whole = new LogDigest({ ...digest.options, isOpen: false });
  mergeDigest(whole, digest, true, "");
  whole.sessions.flush();
  whole.loops.close();
  return whole;
}
