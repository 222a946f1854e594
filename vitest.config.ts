import { defineConfig } from "vitest/config";

const SECOND = 1000;

/** Counts of hundreds of runs and servers of every major: `npm run test:long`. */
const long = {
  test: {
    name: "long",
    include: ["test/long/**/*.test.ts"],
    testTimeout: 3600 * SECOND,
    hookTimeout: 600 * SECOND,
    fileParallelism: false,
  },
};

export default defineConfig({
  test: {
    environment: "node",
    passWithNoTests: true,
    reporters: ["default", "./test/support/skipped-reporter.ts"],
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 30 * SECOND } },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          testTimeout: 60 * SECOND,
          hookTimeout: 60 * SECOND,
        },
      },
      { test: { name: "golden", include: ["test/golden/**/*.test.ts"], testTimeout: 60 * SECOND } },
      {
        test: {
          name: "live",
          include: ["test/live/**/*.test.ts"],
          testTimeout: 300 * SECOND,
          hookTimeout: 300 * SECOND,
          fileParallelism: false,
        },
      },
      ...(process.env["DBPERF_TEST_LONG"] === "1" ? [long] : []),
    ],
  },
});
