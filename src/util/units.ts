const COUNT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `2,400,112` */
export function formatCount(value: number): string {
  return COUNT.format(value);
}

/** `1 session`, `2 sessions`, `3 queries`. */
export function plural(count: number, singular: string, several = `${singular}s`): string {
  return `${formatCount(count)} ${Math.round(count) === 1 ? singular : several}`;
}

/** A share from 0 to 1 as `61 %`, `2.4 %`, `< 0.1 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent > 99.9 && percent < 100) return "> 99.9 %";
  // From 99.5 on a whole number would say 100.
  return `${percent >= 10 && percent < 99.5 ? Math.round(percent) : trimZeros(percent.toFixed(1))} %`;
}

/** Milliseconds with three significant digits: `0.042 ms`, `412 ms`, `3.2 s`, `33 min`, `2.5 h`. */
export function formatMs(ms: number): string {
  // Limits are where rounding reaches the next unit, so that 999.7 ms is not “1,000 ms”.
  if (ms < 999.5) return `${significant(ms)} ms`;
  return formatSeconds(ms / 1000);
}

/** Seconds as one unit: `3.2 s`, `33 min`, `2.5 h`, `4 d`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 59.5) return `${significant(seconds, 2)} s`;
  if (seconds < 59.5 * 60) return `${significant(Math.max(1, seconds / 60), 2)} min`;
  if (seconds < 47.5 * 3600) return `${significant(Math.max(1, seconds / 3600), 2)} h`;
  return `${significant(seconds / 86_400, 2)} d`;
}

/** A span of time as two units: `2 d 3 h`, `4 min 10 s`, `0 s`. */
export function formatSpan(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const whole = Math.max(0, Math.round(seconds));
  const first = units.findIndex(([, size]) => whole >= size);
  if (first === -1) return "0 s";
  const parts: string[] = [];
  let rest = whole;
  for (const [name, size] of units.slice(first, first + 2)) {
    const amount = Math.floor(rest / size);
    if (amount > 0) parts.push(`${amount} ${name}`);
    rest -= amount * size;
  }
  return parts.join(" ");
}

/** Bytes in powers of 1024: `38 MB`, `1.2 GB`, `512 bytes`. */
export function formatBytes(bytes: number): string {
  const names = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1023.5 && unit < names.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${significant(value, 2)} ${names[unit]}`;
}

function significant(value: number, digits = 3): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 10 ** (digits - 1)) return formatCount(value);
  if (Math.abs(value) < 0.001) return "< 0.001";
  return trimZeros(value.toPrecision(digits));
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
