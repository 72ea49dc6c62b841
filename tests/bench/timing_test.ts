import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { calibrate, measure, percentile } from "./timing.ts";

Deno.test("`percentile()` is linear between neighbours and leaves the order alone", () => {
  const values = [4, 1, 3, 2];
  assertEquals([0, 0.5, 1].map((share) => percentile(values, share)), [1, 2.5, 4]);
  assertAlmostEquals(percentile(values, 0.1), 1.3, 1e-12);
  assertEquals(percentile([7], 0.9), 7);
  assertEquals(values, [4, 1, 3, 2]);
});

Deno.test("`calibrate()` finds a block that is long enough, `measure()` times such blocks", async () => {
  const blocks: number[] = [];
  /** A step takes a millisecond at least. */
  const run = async (steps: number) => {
    blocks.push(steps);
    await new Promise((resolve) => setTimeout(resolve, 1.5 * steps));
  };
  const steps = await calibrate(run, { blockMs: 6, warmUpMs: 0 });
  assert(steps > 1 && steps <= 8, `${steps} steps`);
  assertEquals(blocks.slice(0, 2), [1, 1]);
  blocks.length = 0;
  const times = await measure(run, steps, 0);
  assertEquals(times.length, 1);
  assertEquals(blocks, [steps, steps]); // The first is not counted.
});

Deno.test("`measure()` counts a step that fills a block from the first on", async () => {
  let ran = 0;
  assertEquals((await measure(() => Promise.resolve(void ran++), 1, 0)).length, 1);
  assertEquals(ran, 1);
});
