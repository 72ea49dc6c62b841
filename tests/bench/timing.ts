/**
 * Timing steps in blocks, and what is kept of the times.
 *
 * @module
 */

/** Takes so many training steps, and is done when their losses have been read. */
export type RunSteps = (steps: number) => Promise<void>;

/** Warms up, and finds how many steps make a block of at least `blockMs`. */
export async function calibrate(
  run: RunSteps,
  { blockMs, warmUpMs }: { readonly blockMs: number; readonly warmUpMs: number },
): Promise<number> {
  const end = performance.now() + warmUpMs;
  await run(1); // Compiles shaders and kernels.
  for (let steps = 1;;) {
    const ms = await timed(run, steps);
    if (ms < blockMs) steps = Math.max(steps + 1, Math.ceil(steps * Math.min(2, blockMs / ms)));
    else if (performance.now() >= end) return steps;
  }
}

/** Milliseconds a step of blocks of `steps` steps, for so many seconds and at least once. */
export async function measure(run: RunSteps, steps: number, seconds: number): Promise<number[]> {
  // Caches and sleeping threads come back at the price of a block; one long step hides it.
  if (steps > 1) await run(steps);
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  do times.push(await timed(run, steps) / steps); while (performance.now() < end);
  return times;
}

async function timed(run: RunSteps, steps: number): Promise<number> {
  const begin = performance.now();
  await run(steps);
  return performance.now() - begin;
}

/** The value below which a share of them lies, linear between neighbours; `share` in [0, 1]. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!, above = sorted[Math.ceil(at)]!;
  return below + (at - Math.floor(at)) * (above - below);
}
