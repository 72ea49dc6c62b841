/** A loop whose steps take as long as is asked, with waits before and after it: signals meet it anywhere. */

import { experiment, normal, numbers, type SavedState, z } from "assay";

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export default experiment({
  name: "slow-steps",
  title: "A walk with pauses",
  config: z.object({
    steps: z.number().int().min(1).default(6).describe("steps of the walk"),
    pause: z.number().min(0).default(0).describe("milliseconds that every step takes"),
    before: z.number().min(0).default(0).describe("milliseconds before the walk"),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 1, full: 1 },
  targets: [],
  claims: [],
  async run(ctx) {
    const { steps, pause, before } = ctx.config;
    let position = 0;
    ctx.note("before the walk");
    await wait(before);
    await ctx.loop("walk", {
      state: {
        state: () => ({ position: numbers([position]) }),
        restore: (saved: SavedState) => position = saved.number("position"),
      },
      weights: [],
      steps,
      async step(n, trace) {
        if (pause > 0) {
          ctx.note(`step ${n}`);
          await wait(pause);
        }
        position += normal(ctx.key("walk").at(n), 1, 0, 1)[0]!;
        trace.add(null);
        return false;
      },
    });
    return { metrics: { end: { value: position, unit: "", better: "higher" } } };
  },
});
