import { describe, expect, it } from "vitest";
import { localeOptions } from "../../../../../src/engines/postgres/what-if/build/cluster.ts";

describe("the twin's collation", () => {
  it("is C where the target's is: LIKE then finds its rows through an index", () => {
    expect(localeOptions({ provider: "c", locale: "C" })).toContain("--no-locale");
    expect(localeOptions({ provider: "c", locale: "POSIX" })).toContain("--no-locale");
    expect(localeOptions({ provider: "b", locale: "C" })).toContain("--builtin-locale=C");
  });

  it("is in the order of characters, and not C, where the target's is", () => {
    expect(localeOptions({ provider: "c", locale: "C.UTF-8" })).toEqual(["--lc-collate=C.UTF-8"]);
    expect(localeOptions({ provider: "c", locale: "C.utf8" })).toEqual(["--lc-collate=C.UTF-8"]);
  });

  it("is ICU's root for every language", () => {
    for (const collation of [
      { provider: "c", locale: "en_US.UTF-8" },
      { provider: "i", locale: "de-DE" },
    ]) {
      expect(localeOptions(collation)).toEqual(["--locale-provider=icu", "--icu-locale=und"]);
    }
  });
});
