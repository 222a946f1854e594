export { type Demo, type DemoOptions, type DemoProgress, startDemo } from "./demo.ts";
