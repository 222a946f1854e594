/** Decimal digits, eight at a time. */

/** How many digits the eight bytes begin with. */
// @ts-expect-error: decorator
@inline
function digitCount(eight: u64): usize {
  const values = eight ^ 0x3030303030303030;
  // A carry goes upward only, where the first other byte is known already.
  const others = ((values + 0x7676767676767676) | values) & 0x8080808080808080;
  return <usize>ctz<u64>(others) >> 3;
}

/** The number that the first `count` bytes of eight make, 1 to 8 of them. */
// @ts-expect-error: decorator
@inline
export function digitsValue(eight: u64, count: usize): u64 {
  // Zeros come before the digits.
  let value = (eight ^ 0x3030303030303030) << ((8 - <u64>count) << 3);
  value = value * 10 + (value >> 8);
  const pairs: u64 = 0x000000ff000000ff;
  return ((value & pairs) * 0x000f424000000064 + ((value >> 16) & pairs) * 0x0000271000000001) >> 32;
}

/** How many digits stand at `from`, of at most eight before `to`. */
// @ts-expect-error: decorator
@inline
export function digitsWithin(eight: u64, from: usize, to: usize): usize {
  const digits = digitCount(eight);
  return from + digits <= to ? digits : from < to ? to - from : 0;
}
