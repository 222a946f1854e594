/** The public API: capture a database, analyze a capture, render a report, keep results. */
export { type AnalyzeOptions, analyzeCapture as analyze, DEFAULT_ANALYZE_OPTIONS } from "./app/analyze-capture.ts";
export { readCapture, writeCapture } from "./app/capture-file.ts";
export { type CaptureOptions, captureTarget as capture } from "./app/capture-target.ts";
export { type DemoOptions, type DemoRun, runDemo } from "./app/demo.ts";
export { type Diagnosis, type DoctorCheck, diagnose } from "./app/doctor.ts";
export { coreArtifactsOf, engineFor, engineOf } from "./app/find-engine.ts";
export { EXIT, type Gate, gateFailures, isPartial, isSeverity } from "./app/gate.ts";
export { logProgress } from "./app/log-progress.ts";
export { parseTime } from "./app/parse-time.ts";
export { type Input, resolveInput } from "./app/resolve-input.ts";
export { explainRule, listRules, requireRule } from "./app/rule-catalogue.ts";
export { type AnalyzeRun, type LogInputs, type RunAnalyzeOptions, runAnalyze } from "./app/run-analyze.ts";
export { type SetupOptions, setupHosts, setupScript } from "./app/setup.ts";
export { type ShownFinding, showFinding } from "./app/show-finding.ts";
export { defaultPositionsPath, defaultStorePath, openStore } from "./app/store.ts";
export { toolInfo } from "./app/tool-info.ts";
export { writePrivateFile } from "./app/write-file.ts";
export type * from "./model/index.ts";
