import type { ErrorKind } from "../../src/computed/error-kinds.ts";
import type { LoggedError } from "../../src/rule.ts";

/** Advice by class of SQLSTATE (its first two characters). */
const BY_CLASS: Readonly<Record<string, string>> = {
  "22": "Look for the input that the statement cannot take, and check it before it is sent.",
  "23": "Look for the job or release that wrote these rows; where a conflict is expected, use INSERT … ON CONFLICT.",
  "25": "Let the application roll back a failed transaction before it goes on.",
  "40": "Retry the whole transaction after a short random delay, and make it shorter or touch fewer rows.",
  "42": "Compare the statement with the schema and the privileges at that time: a release and a migration out of step are the usual cause.",
  "53": "Look at disk space, memory and the server's limits at that time.",
  "54": "Split the statement or the row that exceeds a limit of the server.",
  "58": "Look at the system log and the storage at that time: the operating system refused an operation.",
  XX: "Look for damage and known bugs: internal errors are none of the application's making.",
};

/** One imperative sentence for a kind of error. */
export function adviceOf({ code }: LoggedError, kind: ErrorKind): string {
  switch (kind) {
    case "stop":
      return "Check that the server was stopped or restarted on purpose at that time, and let clients retry with a delay.";
    case "login":
      return "Look for the client that logs in with a wrong name, password or database, and correct its configuration.";
    case "client":
      return "Look at the network and at the clients that broke off their connections at that time.";
    default:
      return (
        (code?.length === 5 ? BY_CLASS[code.slice(0, 2)] : undefined) ??
        "Look at what was released, migrated or started at that time."
      );
  }
}
