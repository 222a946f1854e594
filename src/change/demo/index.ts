export { type DemoProgress, startDemo } from "./demo.ts";
