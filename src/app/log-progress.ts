/** How far a reading is, for those who may import app alone. */
export { logProgress } from "../logs/progress.ts";
