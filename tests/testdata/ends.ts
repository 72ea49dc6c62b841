/** A slow walk of which one seed comes to a bad end, in one of many ways. */

import { experiment, InputError, normal, numbers, type SavedState, z } from "assay";

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export default experiment({
  name: "ends",
  title: "A walk that may end badly",
  config: z.object({
    end: z.enum(["well", "throw", "refuse", "exit", "heap", "arrays", "print"]).default("well")
      .describe("what becomes of the unlucky seed"),
    unlucky: z.number().int().default(1).describe("the seed that it becomes of"),
    pause: z.number().min(0).default(0).describe("milliseconds that every step takes"),
    steps: z.number().int().min(1).default(4).describe("steps of the walk"),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 2, full: 2 },
  targets: [],
  claims: [],
  async run(ctx) {
    const { end, unlucky, pause, steps } = ctx.config;
    let position = 0;
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
        if (n === 2 && ctx.seed === unlucky) await ends[end]();
        position += normal(ctx.key("walk").at(n), 1, 0, 1)[0]!;
        trace.add(null);
        return false;
      },
    });
    return { metrics: { end: { value: position, unit: "", better: "higher" } } };
  },
});

const held: unknown[] = [];

const ends = {
  well() {},
  throw() {
    throw new Error("no luck today");
  },
  refuse() {
    throw new InputError("Cannot walk: the path is closed. Take another.");
  },
  exit() {
    // deno-lint-ignore no-console
    console.error("over and out");
    Deno.exit(7);
  },
  heap() {
    for (;;) held.push(Array.from({ length: 100_000 }, (_, i) => ({ i })));
  },
  async arrays() {
    for (;;) {
      held.push(new Float64Array(4_000_000).fill(1));
      await wait(20);
    }
  },
  print() {
    // deno-lint-ignore no-console
    console.log("a line of its own");
  },
} as const;
