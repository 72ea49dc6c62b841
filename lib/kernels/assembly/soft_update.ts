// Soft updates: targets moved a share of the way to their sources, step for step `soft_update/oracle.ts`. The
// threads take units of elements.

import { loadLanes, madd, storeLanes } from "./lanes";
import { firstUnit, nextUnit } from "./team";

/** Elements of a unit of work, some 2 µs. */
const UNIT: i32 = 4096;

// An entry of the list, one for each pair: addresses of target and source, their number of elements, and the
// units of the pairs before it.
const TARGET: usize = 0;
const SOURCE: usize = 4;
const SIZE: usize = 8;
const UNITS_BEFORE: usize = 12;
const ENTRY: usize = 16;

// @ts-ignore: decorator
@inline
function moved(target: v128, source: v128, share: v128): v128 {
  return madd(share, f32x4.sub(source, target), target);
}

/** Moves the targets of `pairs` pairs, `units` units in all, in place. */
export function softUpdate(
  team: usize, thread: i32, list: usize, pairs: i32, units: i32, share: f32,
): void {
  const shares = f32x4.splat(share);
  for (let unit = firstUnit(team); unit < units; unit = nextUnit(team)) {
    let entry = list + <usize>(pairs - 1) * ENTRY;
    while (load<i32>(entry, UNITS_BEFORE) > unit) entry -= ENTRY;
    const first = (unit - load<i32>(entry, UNITS_BEFORE)) * UNIT;
    let target = <usize>load<u32>(entry, TARGET) + (<usize>first << 2);
    let source = <usize>load<u32>(entry, SOURCE) + (<usize>first << 2);
    let left = min(UNIT, load<i32>(entry, SIZE) - first);
    for (; left >= 4; left -= 4, target += 16, source += 16) {
      v128.store(target, moved(v128.load(target), v128.load(source), shares));
    }
    if (left > 0) storeLanes(target, moved(loadLanes(target, left), loadLanes(source, left), shares), left);
  }
}
