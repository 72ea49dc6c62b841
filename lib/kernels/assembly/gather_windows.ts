// Windows out of a series: one stretch of memory each. The threads take windows.

import { firstUnit, nextUnit } from "./team";

/** Bytes of a unit of work, about. */
const UNIT: usize = 65536;

/**
 * Copies `windowBytes` bytes from row `starts[w]` of `series`, rows `rowBytes` apart, to the `w`th window
 * of `out`, for `w` below `windows`.
 */
export function gatherWindows(
  team: usize, thread: i32, windows: i32, rowBytes: usize, windowBytes: usize, series: usize,
  starts: usize, out: usize,
): void {
  const chunk = 1 + <i32>(UNIT / windowBytes);
  for (let w = firstUnit(team) * chunk; w < windows; w = nextUnit(team) * chunk) {
    const end = min(w + chunk, windows);
    for (let i = w; i < end; i++) {
      const start = load<u32>(starts + (<usize>i << 2));
      memory.copy(out + <usize>i * windowBytes, series + start * rowBytes, windowBytes);
    }
  }
}
