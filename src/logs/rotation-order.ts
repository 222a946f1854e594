import { basename } from "node:path";

export interface RotatedFile {
  readonly path: string;
  /** Time of the first event, in milliseconds since 1970; null: not known. */
  readonly firstAtMs: number | null;
  readonly lastAtMs?: number | null;
}

/**
 * The paths in the order of time: by the first event where it is known, by the conventions of names for ties and for
 * files without a time (`x.log.2.gz` before `x.log.1` before `x.log`; dates in names), else as given.
 */
export function rotationOrder(files: readonly RotatedFile[]): string[] {
  const byName = orderByName(files.map((file, given) => ({ ...file, given, name: rotationName(file.path) })));
  const timed = byName.map((file, place) => ({ file, place, atMs: knownTime(file, byName) }));
  const sorted = timed
    .filter((entry) => entry.atMs !== null)
    .sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0) || a.place - b.place);
  // A file of which neither its own time nor one of its series is known keeps its place.
  let next = 0;
  return timed.map((entry) => {
    if (entry.atMs === null) return entry.file.path;
    const replacement = sorted[next];
    next += 1;
    return (replacement ?? entry).file.path;
  });
}

/** What the name of a log says of its place in a rotation. */
export interface RotationName {
  /** The name without counter, date and suffix of compression: equal for all files of one rotation. */
  readonly series: string;
  /** `20261124000000`, compared as text; null: none, which is the file being written. */
  readonly date: string | null;
  /** 1 in `x.log.1`: the higher, the older; null: none. */
  readonly counter: number | null;
  readonly isCompressed: boolean;
}

const COMPRESSED = /\.(gz|zst|xz|bz2|lz4|Z)$/;
const COUNTER = /\.(\d{1,4})$/;
const DATE =
  /[-_.]?(?<!\d)((?:19|20)\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:[-_.T]?([01]\d|2[0-3])(?:[-_:]?([0-5]\d)(?:[-_:]?([0-5]\d))?)?)?(?!\d)/;

export function rotationName(path: string): RotationName {
  const isCompressed = COMPRESSED.test(path);
  const plain = basename(path).replace(COMPRESSED, "");
  const date = DATE.exec(plain);
  const undated = date === null ? plain : plain.replace(DATE, "");
  const counter = COUNTER.exec(undated)?.[1];
  return {
    series: undated.replace(COUNTER, ""),
    date:
      date === null
        ? null
        : [...date]
            .slice(1, 7)
            .map((part) => part ?? "00")
            .join(""),
    counter: counter === undefined ? null : Number(counter),
    isCompressed,
  };
}

/** Older first. */
function compareNames(a: RotationName, b: RotationName): number {
  if (a.date !== b.date) {
    if (a.date === null) return 1;
    if (b.date === null) return -1;
    return a.date < b.date ? -1 : 1;
  }
  return (b.counter ?? -1) - (a.counter ?? -1);
}

interface NamedFile extends RotatedFile {
  readonly given: number;
  readonly name: RotationName;
}

/** The files of each series take the places of that series in the order of their names. */
function orderByName(files: readonly NamedFile[]): NamedFile[] {
  const queues = new Map<string, NamedFile[]>();
  for (const file of files) queues.set(file.name.series, [...(queues.get(file.name.series) ?? []), file]);
  for (const queue of queues.values()) queue.sort((a, b) => compareNames(a.name, b.name) || a.given - b.given);
  return files.map((file) => queues.get(file.name.series)?.shift() ?? file);
}

/** Its own time, else that of the next file of its series, which it comes before, else that of the one before it. */
function knownTime(file: NamedFile, byName: readonly NamedFile[]): number | null {
  const own = file.firstAtMs ?? file.lastAtMs ?? null;
  if (own !== null) return own;
  const series = byName.filter((other) => other.name.series === file.name.series);
  const place = series.indexOf(file);
  const later = series.slice(place + 1).find((other) => other.firstAtMs !== null);
  const earlier = series.slice(0, place).findLast((other) => other.firstAtMs !== null);
  return later?.firstAtMs ?? earlier?.firstAtMs ?? null;
}
