const SERIES_END = 1e-16;
const MAX_TERMS = 2_000_000;
const TINY = 1e-300;

/**
 * Natural logarithm of the chance that a Poisson count with this mean reaches `count`. As a logarithm it stays exact
 * where the chance is below the smallest number; a `count` between whole numbers is allowed, as scaled counts are.
 */
export function logPoissonTail(count: number, mean: number): number {
  if (count <= 0) return 0;
  if (mean <= 0) return Number.NEGATIVE_INFINITY;
  const logMass = logPoissonMass(count, mean);
  if (mean < count + 1) return Math.min(0, logMass + Math.log(tailSeries(count, mean)));
  return Math.log1p(-Math.exp(logMass + Math.log(count)) * headFraction(count, mean));
}

/** ln(e^-mean · mean^count / Γ(count + 1)), arranged so that large terms do not cancel each other. */
function logPoissonMass(count: number, mean: number): number {
  if (count < 10) return count * Math.log(mean) - mean - logGamma(count + 1);
  return (
    count * Math.log(mean / count) + (count - mean) - 0.5 * Math.log(2 * Math.PI * count) - stirlingRemainder(count)
  );
}

/** 1 + mean/(count+1) + mean²/((count+1)(count+2)) + …: the tail as a multiple of its first term. */
function tailSeries(count: number, mean: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < MAX_TERMS && term > sum * SERIES_END; n += 1) {
    term *= mean / (count + n);
    sum += term;
  }
  return sum;
}

/** Continued fraction of the upper incomplete gamma function (Lentz), without its factor in front. */
function headFraction(count: number, mean: number): number {
  let b = mean + 1 - count;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MAX_TERMS; n += 1) {
    const a = -n * (n - count);
    b += 2;
    d = 1 / nonZero(a * d + b);
    c = nonZero(b + a / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < SERIES_END * 4) break;
  }
  return fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** ln Γ(x) for x > 0. */
function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 10) {
    product *= shifted;
    shifted += 1;
  }
  const stirling = (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI);
  return stirling + stirlingRemainder(shifted) - Math.log(product);
}

/** What Stirling's formula leaves out; below 1e-13 wrong from 10 on. */
function stirlingRemainder(x: number): number {
  const square = x * x;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * square)) / square) / square) / square) / x;
}
