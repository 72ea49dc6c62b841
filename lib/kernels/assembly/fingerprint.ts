// Fingerprints of all variables, `fingerprint/oracle.ts` says what they are. The threads take units of
// elements; the sums are of integers, so they are added up in any order.

import { mixFirst, mixSecond } from "./constants";
import { firstUnit, nextUnit } from "./team";

/** Elements of a unit of work, some 2 µs: they fit the first cache. */
const UNIT: i32 = 4096;
const POSITION: i32 = 0x9e3779b9;

// An entry of the list, one for each variable: address of its values, its number of elements, the units of
// the variables before it, and its fingerprint.
const VALUES: usize = 0;
const SIZE: usize = 4;
const UNITS_BEFORE: usize = 8;
const FINGERPRINT: usize = 12;
const ENTRY: usize = 16;

/** The finaliser of MurmurHash3 in four lanes. */
// @ts-ignore: decorator
@inline
function mix(x: v128, first: v128, second: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), first);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), second);
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** The sum over `count` elements of which the first is element `from` of its variable. */
function sumOf(words: usize, from: i32, count: i32): i32 {
  const first = mixFirst, second = mixSecond;
  const step = i32x4.splat(8 * POSITION);
  let a = i32x4.add(i32x4.splat(from * POSITION), i32x4(0, POSITION, 2 * POSITION, 3 * POSITION));
  let b = i32x4.add(a, i32x4.splat(4 * POSITION));
  let sumA = i32x4.splat(0), sumB = i32x4.splat(0);
  let at = words;
  const end = words + (<usize>count << 2);
  // Asks for all lines at once. The mixing alone keeps a core from asking far ahead, and takes twice the
  // time on parameters that have left the caches. Loads, but for atomic ones, go if nobody wants the value.
  for (let line = words; line < end; line += 64) atomic.load<i32>(line);
  for (; at + 32 <= end; at += 32) {
    sumA = i32x4.add(sumA, mix(i32x4.add(v128.load(at), a), first, second));
    sumB = i32x4.add(sumB, mix(i32x4.add(v128.load(at, 16), b), first, second));
    a = i32x4.add(a, step);
    b = i32x4.add(b, step);
  }
  const lanes = i32x4.add(sumA, sumB);
  let sum = i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3);
  for (let position = i32x4.extract_lane(a, 0); at < end; at += 4, position += POSITION) {
    const word = v128.load32_zero(at);
    sum += i32x4.extract_lane(mix(i32x4.add(word, i32x4.splat(position)), first, second), 0);
  }
  return sum;
}

/** Adds the fingerprints of `variables` variables, `units` units in all, to those in the list, zeros. */
export function fingerprint(
  team: usize, thread: i32, list: usize, variables: i32, units: i32,
): void {
  for (let unit = firstUnit(team); unit < units; unit = nextUnit(team)) {
    let entry = list + <usize>(variables - 1) * ENTRY;
    while (load<i32>(entry, UNITS_BEFORE) > unit) entry -= ENTRY;
    const from = (unit - load<i32>(entry, UNITS_BEFORE)) * UNIT;
    const words = <usize>load<u32>(entry, VALUES) + (<usize>from << 2);
    const sum = sumOf(words, from, min(UNIT, load<i32>(entry, SIZE) - from));
    atomic.add<i32>(entry, sum, FINGERPRINT);
  }
}
