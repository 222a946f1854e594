import { rules } from "../../rules/index.ts";
import { dbperfError } from "../errors/index.ts";
import type { AbsenceReason } from "../model/artifact.ts";
import type { ArtifactName, Capture } from "../model/capture.ts";
import type { Target } from "../model/primitives.ts";
import type { CaptureNotice } from "../model/server.ts";
import { ARTIFACT_TITLES } from "./analyze-capture.ts";
import { engineOf } from "./find-engine.ts";
import { isUnseen } from "./gate.ts";

/** What the role can see of one artifact, and what is lost without it. */
export interface DoctorCheck {
  readonly artifact: ArtifactName;
  readonly title: string;
  readonly status: "ok" | "partly" | "missing";
  readonly problems: readonly { readonly what: string; readonly reason: AbsenceReason; readonly hint: string }[];
  /** Rules that cannot run without it. */
  readonly lostRules: readonly string[];
  /** Rules that run but know less. */
  readonly weakerRules: readonly string[];
}

export interface Diagnosis {
  readonly target: Target;
  readonly serverVersion: string | null;
  readonly role: string | null;
  readonly checks: readonly DoctorCheck[];
  readonly notices: readonly CaptureNotice[];
  /** True when a core artifact cannot be seen: `dbperf analyze` would exit with 4. */
  readonly isPartial: boolean;
}

/** Says what one capture of a database could and could not see. Throws where the capture is one of logs alone. */
export function diagnose(capture: Capture): Diagnosis {
  const { artifacts, target, notices } = capture;
  if (target === null) {
    throw dbperfError("usage", {
      problem: "That capture holds logs alone: there is no role to examine.",
      command: "doctor",
    });
  }
  const server = artifacts.server.status === "present" ? artifacts.server.value : null;
  const names = (Object.keys(artifacts) as ArtifactName[]).filter((name) => name !== "log");
  return {
    target,
    serverVersion: server?.version ?? null,
    role: server?.role.name ?? null,
    checks: names.map((artifact) => checkOf(artifact, capture)),
    notices,
    isPartial: engineOf(target.engine).coreArtifacts.some((name) => isUnseen(artifacts[name])),
  };
}

function checkOf(artifact: ArtifactName, { artifacts }: Capture): DoctorCheck {
  const result = artifacts[artifact];
  const title = ARTIFACT_TITLES[artifact];
  const needing = rules.filter(({ needs }) => needs.includes(artifact)).map(({ meta }) => meta.id);
  const using = rules.filter(({ uses }) => uses.includes(artifact)).map(({ meta }) => meta.id);
  if (result.status === "absent") {
    const { reason, hint } = result;
    return {
      artifact,
      title,
      status: "missing",
      problems: [{ what: title, reason, hint }],
      lostRules: needing,
      weakerRules: using,
    };
  }
  const isWhole = result.gaps.length === 0;
  return {
    artifact,
    title,
    status: isWhole ? "ok" : "partly",
    problems: result.gaps,
    lostRules: [],
    weakerRules: isWhole ? [] : [...needing, ...using],
  };
}
