/** The floor for any program on Node that reads a file: counts its line breaks, and does nothing else. */
import { openSync, readSync } from "node:fs";

const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
const descriptor = openSync(process.argv[2] ?? "", "r");
let lines = 0;
for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
  const piece = buffer.subarray(0, count);
  for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines += 1;
}
console.log(lines);
