import rule from "../../../rules/unused-index/index.ts";
import type { Artifacts, ArtifactTypes, Index } from "../../../src/rule.ts";
import {
  artifacts,
  databaseCounters,
  foreignKey,
  hoursAgo,
  index,
  relation,
  serverInfo,
  tableStatistic,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const idle = index("orders_note", "orders", ["note"], { scans: 0 });
const old = databaseCounters({ statsResetAt: hoursAgo(240) });

function given(indexes: readonly Index[], fields: Partial<ArtifactTypes> = {}): Artifacts {
  return artifacts({ indexes, server: serverInfo(), databaseCounters: old, constraints: [], ...fields });
}

const written = [tableStatistic("orders", { rowsInserted: 5000, rowsUpdated: 100, rowsHotUpdated: 100 })];
const parent = index("p", "orders", ["note"], { isPartitionedParent: true, sizeBytes: null, scans: null });
const child = (name: string, scans: number): Index =>
  index(name, name, ["note"], { partOfIndex: relation("p"), scans });

ruleSuite(rule, {
  loud: [
    {
      name: "an index without scans on a written table",
      artifacts: given([idle], { tableStatistics: written }),
      expect: {
        severity: "warning",
        confidence: "estimated",
        messageIncludes: ["10 d", "20 MB", "about 5,000 writes"],
        recommendation: { kind: "drop-index", index: relation("orders_note") },
        topics: ["index:public.orders_note"],
      },
    },
    { name: "one on a table without writes, as information", artifacts: given([idle]), expect: { severity: "info" } },
    {
      name: "one with standbys, as a hint",
      artifacts: given([idle], { server: serverInfo({ standbyCount: 2 }) }),
      expect: { confidence: "heuristic", messageIncludes: ["2 standbys"] },
    },
    {
      name: "one where standbys cannot be seen, counters never reset",
      artifacts: given([idle], {
        server: serverInfo({ standbyCount: null, startedAt: hoursAgo(24 * 30) }),
        databaseCounters: databaseCounters({ statsResetAt: null }),
      }),
      expect: { confidence: "heuristic", messageIncludes: ["30 d"] },
    },
    {
      name: "one on a standby",
      artifacts: given([idle], { server: serverInfo({ isStandby: true }) }),
      expect: { confidence: "heuristic" },
    },
    {
      name: "a partitioned one, summed",
      artifacts: given([parent, child("a", 0), child("b", 0)]),
      expect: { messageIncludes: ["40 MB"], recommendation: { kind: "advice" } },
    },
  ],
  quiet: [
    {
      name: "an index whose equal twin has the scans",
      artifacts: given([idle, index("orders_note_2", "orders", ["note"], { scans: 9 })]),
    },
    { name: "an index with scans", artifacts: given([{ ...idle, scans: 1 }]) },
    { name: "unknown scans", artifacts: given([{ ...idle, scans: null }]) },
    {
      name: "young counters",
      artifacts: given([idle], { databaseCounters: databaseCounters({ statsResetAt: hoursAgo(24) }) }),
    },
    {
      name: "counters never reset on a server that started today",
      artifacts: given([idle], {
        databaseCounters: databaseCounters({ statsResetAt: null }),
        server: serverInfo({ startedAt: hoursAgo(3) }),
      }),
    },
    { name: "a unique index", artifacts: given([{ ...idle, isUnique: true }]) },
    { name: "a constraint's index", artifacts: given([{ ...idle, constraint: "x" }]) },
    { name: "a replica identity", artifacts: given([{ ...idle, isReplicaIdentity: true }]) },
    { name: "a clustered index", artifacts: given([{ ...idle, isClustered: true }]) },
    { name: "an invalid index", artifacts: given([{ ...idle, isValid: false }]) },
    { name: "a small index", artifacts: given([{ ...idle, sizeBytes: 8192 }]) },
    {
      name: "a foreign key's index",
      artifacts: given([idle], { constraints: [foreignKey("f", "orders", ["note"], { table: "notes" })] }),
    },
    { name: "a partitioned index with one used child", artifacts: given([parent, child("a", 0), child("b", 7)]) },
  ],
});
