// What the two passes of the LSTM share: how the batch is cut into slices, and how the trace lies.
//
// A unit of work is a slice of the batch: its rows depend on no other, so a thread takes it through all
// steps without meeting anyone. The trace, which the forward pass leaves for the backward pass, has
// one row for each step and sample, the samples of a step together, in four planes:
//
//   gates     [time batch, 4 units]                 input, forget, cell and output gate, after their functions
//   cells     [time batch, units]
//   squashed  [time batch, units]                   tanh of the cells
//   inputs    [time batch, features + units + 1]    what the step multiplied: x, the hidden state, and a 1

/** Rows of a slice at most: its states stay in the first cache while the weights pass by. */
const SLICE: i32 = 32;

/** Slices of a batch. */
export function lstmSlices(batch: i32, threads: i32): i32 {
  return min(batch, max(threads, (batch + SLICE - 1) / SLICE));
}

/** Rows of the largest slice. */
// @ts-ignore: decorator
@inline
export function sliceRows(batch: i32, threads: i32): i32 {
  const slices = lstmSlices(batch, threads);
  return (batch + slices - 1) / slices;
}

/** The first row of a slice. */
// @ts-ignore: decorator
@inline
export function sliceStart(slice: i32, slices: i32, batch: i32): i32 {
  return slice * (batch / slices) + min(slice, batch % slices);
}

// @ts-ignore: decorator
@inline
export function cellsPlane(trace: usize, rows: usize, units: usize): usize {
  return trace + (rows * units << 4);
}
// @ts-ignore: decorator
@inline
export function squashedPlane(trace: usize, rows: usize, units: usize): usize {
  return trace + rows * units * 20;
}
// @ts-ignore: decorator
@inline
export function inputsPlane(trace: usize, rows: usize, units: usize): usize {
  return trace + rows * units * 24;
}

/** Stores the first `count` lanes, at most four, `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function scatterLanes(to: usize, step: usize, v: v128, count: i32): void {
  v128.store_lane<f32>(to, v, 0);
  if (count > 1) v128.store_lane<f32>(to + step, v, 1);
  if (count > 2) v128.store_lane<f32>(to + 2 * step, v, 2);
  if (count > 3) v128.store_lane<f32>(to + 3 * step, v, 3);
}

/** Rows of `width` floats from `from`, or zeros where it is 0, packed one behind the other to `to`. */
export function copyOrZero(from: usize, fromRow: usize, to: usize, rows: i32, width: usize): void {
  if (from == 0) memory.fill(to, 0, <usize>rows * width << 2);
  else for (let r = 0; r < rows; r++, from += fromRow, to += width << 2) memory.copy(to, from, width << 2);
}
