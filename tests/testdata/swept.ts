/** A walk worth sweeping over: quick or slow, with a size that fails and a number of the machine. */

import { atLeast, experiment, inputFile, normal, numbers, type SavedState, target, z } from "assay";

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export default experiment({
  name: "swept",
  title: "A walk with drift",
  config: z.object({
    drift: z.number().default(0).describe("added at every step"),
    size: z.number().min(0).max(100).default(1).describe("of a random step; 13 fails"),
    start: z.enum(["low", "high"]).default("low").describe("where it starts"),
    offsets: z.array(z.number()).default([0]).describe("added at the end"),
    pause: z.number().min(0).default(0).describe("milliseconds that every step takes"),
    notes: inputFile("a file that is not read"),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 2, full: 2 },
  targets: [target("walk/end", atLeast(2), { because: "a walk has to get somewhere" })],
  claims: [],
  async run(ctx) {
    const { drift, size, start, offsets, pause } = ctx.config;
    if (size === 13) {
      // Half-way through the walk of another process, were one started at the same time.
      await wait(2 * pause);
      throw new Error("thirteen brings bad luck");
    }
    let position = start === "low" ? 0 : 10;
    await ctx.loop("walk", {
      state: {
        state: () => ({ position: numbers([position]) }),
        restore: (saved: SavedState) => position = saved.number("position"),
      },
      weights: [],
      steps: 4,
      async step(n, trace) {
        if (pause > 0) {
          ctx.note(`step ${n}`);
          await wait(pause);
        }
        position += drift + size * normal(ctx.key("walk").at(n), 1, 0, 0.01)[0]!;
        trace.add(null);
        return false;
      },
    });
    for (const offset of offsets) position += offset;
    return {
      metrics: {
        "walk/end": { value: position, unit: "m", better: "higher" },
        "walk/miss": { value: Math.abs(position - 4), unit: "m", better: "lower" },
        "walk/time": { value: 1, unit: "s", better: "lower", machine: true },
      },
    };
  },
});
