import rule from "../../../rules/connection-saturation/index.ts";
import type { DatabaseSession } from "../../../src/rule.ts";
import { artifacts, session, sessions } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const many = (count: number, fields: Partial<DatabaseSession> = {}) =>
  Array.from({ length: count }, (_, pid) => session(pid + 1, fields));

const limit = (kind: "database" | "role", used: number) => [
  { kind, name: kind === "role" ? "app" : "shop", limit: 10, used },
];

ruleSuite(rule, {
  loud: [
    {
      name: "four fifths of the server's connections",
      artifacts: artifacts({ sessions: sessions([...many(60), ...many(20, { state: "active", application: "api" })]) }),
      expect: {
        severity: "warning",
        subject: { kind: "server" },
        messageIncludes: [
          "80 of 97 connections of the server are taken (82 %): 60 idle, 20 active",
          "web has the most: 60.",
        ],
        recommendation: { kind: "advice" },
      },
    },
    {
      name: "a nearly full server as critical, where sessions are hidden",
      artifacts: artifacts({ sessions: sessions([], { hiddenCount: 96 }) }),
      expect: { severity: "critical", messageIncludes: ["96 of 97 connections"] },
    },
    {
      name: "the limit of a database",
      artifacts: artifacts({ sessions: sessions(many(9), { limits: limit("database", 9) }) }),
      expect: { severity: "warning", subject: { kind: "database", database: "shop" }, messageIncludes: ["9 of 10"] },
    },
    {
      name: "the limit of a role",
      artifacts: artifacts({ sessions: sessions(many(10), { limits: limit("role", 10) }) }),
      expect: { severity: "critical", messageIncludes: ["10 of 10 connections of role app"] },
    },
  ],
  quiet: [
    { name: "a server with room", artifacts: artifacts({ sessions: sessions(many(77)) }) },
    {
      name: "many connections on a large server",
      artifacts: artifacts({ sessions: sessions(many(90), { maxConnections: 500 }) }),
    },
    { name: "limits with room", artifacts: artifacts({ sessions: sessions(many(7), { limits: limit("role", 7) }) }) },
    {
      name: "a database that lets nobody in",
      artifacts: artifacts({
        sessions: sessions([], { limits: [{ kind: "database", name: "old", limit: 0, used: 0 }] }),
      }),
    },
  ],
});
