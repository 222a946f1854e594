import type { Finding, Subject } from "../../src/model/finding.ts";
import { sampleFinding } from "./sample-analysis.ts";

type LoopSubject = Extract<Subject, { kind: "loop" }>;

/** A statement in a loop, sent from src/orders.ts:42:18 unless the subject says otherwise. */
export function sampleLoopFinding(subject: Partial<LoopSubject> = {}, rest: Partial<Finding> = {}): Finding {
  return sampleFinding("n-plus-one:6a1f00c2d9e4", {
    headline: "GET /orders sends one statement for each of 50 orders",
    message: "51 statements where 2 would do.",
    subject: {
      kind: "loop",
      fingerprint: "11aa22bb33cc44dd",
      query: "select name from customers where id = $1",
      source: "55ee66ff77001122",
      route: "GET /orders",
      application: null,
      callSite: { file: "src/orders.ts", line: 42, column: 18, functionName: "listOrders" },
      ...subject,
    },
    ...rest,
  });
}
