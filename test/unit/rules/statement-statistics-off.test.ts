import rule from "../../../rules/statement-statistics-off/index.ts";
import { artifacts, serverInfo, setting } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const withExtension = serverInfo();
const without = serverInfo({ extensions: [] });
const libraries = (value: string) => setting("shared_preload_libraries", value);
const track = (value: string) => setting("pg_stat_statements.track", value);
const whole = setting("max_connections", "100");

ruleSuite(rule, {
  loud: [
    {
      name: "a missing extension where the library is loaded",
      artifacts: artifacts({ server: without, settings: [libraries("pg_stat_statements"), track("top")] }),
      expect: {
        subject: { kind: "setting", name: "pg_stat_statements" },
        messageIncludes: ["is not installed in this database"],
        recommendation: { kind: "create-extension", name: "pg_stat_statements" },
        check: ([finding]) => {
          if (finding?.recommendations.length !== 1) throw new Error("only the extension is missing");
        },
      },
    },
    {
      name: "a library that is not on the list, keeping the others",
      artifacts: artifacts({ server: without, settings: [libraries("auto_explain, pg_cron")] }),
      expect: {
        messageIncludes: ["shared_preload_libraries lacks pg_stat_statements"],
        recommendation: {
          kind: "set-parameter",
          name: "shared_preload_libraries",
          value: "auto_explain, pg_cron, pg_stat_statements",
          restart: true,
        },
      },
    },
    {
      name: "a library that is not loaded, where the list may not be seen",
      artifacts: artifacts({ server: withExtension, settings: [whole] }),
      expect: { messageIncludes: ["has not loaded pg_stat_statements"], recommendation: { kind: "advice" } },
    },
    {
      name: "tracking that is switched off",
      artifacts: artifacts({ server: withExtension, settings: [whole, track("none")] }),
      expect: {
        messageIncludes: ["pg_stat_statements.track is none"],
        recommendation: { kind: "set-parameter", name: "pg_stat_statements.track", restart: false },
      },
    },
  ],
  quiet: [
    {
      name: "a server that counts statements",
      artifacts: artifacts({ server: withExtension, settings: [whole, libraries("pg_stat_statements"), track("top")] }),
    },
    {
      name: "a library given by path",
      artifacts: artifacts({ server: withExtension, settings: [libraries('pg_cron, "$libdir/pg_stat_statements"')] }),
    },
    {
      name: "a list that may not be seen, with the library's parameters",
      artifacts: artifacts({ server: withExtension, settings: [whole, track("all")] }),
    },
    { name: "settings that say nothing", artifacts: artifacts({ server: withExtension, settings: [] }) },
  ],
});
