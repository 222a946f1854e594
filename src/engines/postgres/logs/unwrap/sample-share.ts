const MOST_LINES = 2000;

/** Share of a sample's lines that are a server's or another program's; 0 where none is a server's. */
export function shareOf(sample: string, kindOf: (line: string) => "line" | "foreign" | "unreadable"): number {
  const lines = sample.split("\n", MOST_LINES);
  if (lines.at(-1) === "") lines.pop();
  let ofServer = 0;
  let unreadable = 0;
  for (const line of lines) {
    const kind = kindOf(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (kind === "line") ofServer += 1;
    else if (kind === "unreadable") unreadable += 1;
  }
  return ofServer === 0 ? 0 : 1 - unreadable / lines.length;
}
