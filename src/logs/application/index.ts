import type { LogDialect, LogFormat } from "../format.ts";
import { ApplicationReader } from "./application-reader.ts";
import { applicationShare } from "./detect-application.ts";

/** Every log of an application is read alike. */
export const applicationDialect: LogDialect = {
  format: "application",
  engine: null,
  wrap: null,
  prefix: null,
  toleranceMs: 0,
};

/** The log of an application, of which only what it says of pools and refused connections is read. */
export const applicationLog: LogFormat = {
  id: "application",
  detect: (sample) => {
    const share = applicationShare(sample);
    return share === null ? null : { dialect: applicationDialect, share };
  },
  open: (_, context) => new ApplicationReader(context),
};
