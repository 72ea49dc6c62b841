// The prefixes of padded sequences: stretches of memory that are copied, and zeros. The threads take
// sequences.

import { firstUnit, nextUnit } from "./team";

/** Bytes of a unit of work, about. */
const UNIT: usize = 65536;

/** Sequences of a unit, each of which has `time` steps of `rowBytes`. */
// @ts-ignore: decorator
@inline
function chunkOf(time: i32, rowBytes: usize): i32 {
  return 1 + <i32>(UNIT / (<usize>time * rowBytes));
}

/** Steps before the first whose mask is zero. */
function prefixLength(mask: usize, time: i32): i32 {
  let length = 0;
  while (length < time && load<f32>(mask + (<usize>length << 2)) != 0) length++;
  return length;
}

/** Each sequence's prefix, as it is or reversed in time, and zeros behind it. */
export function prefixSteps(
  team: usize, thread: i32, batch: i32, time: i32, rowBytes: usize, x: usize, mask: usize, out: usize,
  reversed: bool,
): void {
  const bytes = <usize>time * rowBytes;
  const chunk = chunkOf(time, rowBytes);
  for (let first = firstUnit(team) * chunk; first < batch; first = nextUnit(team) * chunk) {
    for (let b = first, end = min(first + chunk, batch); b < end; b++) {
      const length = prefixLength(mask + (<usize>b * <usize>time << 2), time);
      const from = x + <usize>b * bytes, to = out + <usize>b * bytes;
      const size = <usize>length * rowBytes;
      if (reversed) {
        for (let at: usize = 0; at < size; at += rowBytes) {
          memory.copy(to + at, from + size - rowBytes - at, rowBytes);
        }
      } else memory.copy(to, from, size);
      memory.fill(to + size, 0, bytes - size);
    }
  }
}

/** The last step of each prefix, zeros where there is none. */
export function lastStep(
  team: usize, thread: i32, batch: i32, time: i32, rowBytes: usize, x: usize, mask: usize, out: usize,
): void {
  const chunk = chunkOf(1, rowBytes);
  for (let first = firstUnit(team) * chunk; first < batch; first = nextUnit(team) * chunk) {
    for (let b = first, end = min(first + chunk, batch); b < end; b++) {
      const length = prefixLength(mask + (<usize>b * <usize>time << 2), time);
      const to = out + <usize>b * rowBytes;
      if (length == 0) memory.fill(to, 0, rowBytes);
      else memory.copy(to, x + <usize>(b * time + length - 1) * rowBytes, rowBytes);
    }
  }
}

/** `dy` at the last step of each prefix, zeros elsewhere. */
export function lastStepGradient(
  team: usize, thread: i32, batch: i32, time: i32, rowBytes: usize, dy: usize, mask: usize, out: usize,
): void {
  const bytes = <usize>time * rowBytes;
  const chunk = chunkOf(time, rowBytes);
  for (let first = firstUnit(team) * chunk; first < batch; first = nextUnit(team) * chunk) {
    for (let b = first, end = min(first + chunk, batch); b < end; b++) {
      const length = prefixLength(mask + (<usize>b * <usize>time << 2), time);
      const to = out + <usize>b * bytes;
      memory.fill(to, 0, bytes);
      if (length > 0) {
        memory.copy(to + <usize>(length - 1) * rowBytes, dy + <usize>b * rowBytes, rowBytes);
      }
    }
  }
}
