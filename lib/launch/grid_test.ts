import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { experiment } from "../experiment/define.ts";
import { InputError } from "../numeric/errors.ts";
import { gridOf, MANY_CELLS } from "./grid.ts";

const demo = experiment({
  name: "demo",
  title: "Demo",
  config: z.object({
    rate: z.number().positive().default(1),
    batch: z.number().int().default(8),
    sizes: z.array(z.number()).default([8]),
    mode: z.enum(["a,b", "c"]).default("c"),
  }),
  profiles: { quick: { batch: 4 }, full: {} },
  seeds: { quick: 1, full: 1 },
  targets: [],
  claims: [],
  run: () => Promise.resolve({ metrics: {} }),
});

const cells = (grid: string[], set: string[] = []) =>
  gridOf(demo, { profile: "quick", grid, set, folder: "/" });

Deno.test("`gridOf()` crosses the keys in the order given, the last changing first", async () => {
  const { axes, set, cells: found } = await cells(["rate=1e-3,0.1", "batch=2,1"], ["sizes=3"]);
  assertEquals(axes, [{ key: "rate", values: [0.001, 0.1] }, { key: "batch", values: [2, 1] }]);
  assertEquals(set, { sizes: [3] });
  assertEquals(found.map(({ config }) => [config.rate, config.batch, config.sizes]), [
    [0.001, 2, [3]],
    [0.001, 1, [3]],
    [0.1, 2, [3]],
    [0.1, 1, [3]],
  ]);
  assertEquals(found[0]!.values, { rate: 0.001, batch: 2 });
});

Deno.test("`gridOf()` parts values at commas outside brackets and quotes", async () => {
  const { axes } = await cells(["sizes=[4,2],[8],3", 'mode="a,b",c']);
  assertEquals(axes.map(({ values }) => values), [[[4, 2], [8], [3]], ["a,b", "c"]]);
});

Deno.test("`gridOf()` takes the profile's values for what is not set", async () => {
  const { cells: found } = await cells(["rate=2"]);
  assertEquals(found.map(({ config }) => config.batch), [4]);
});

Deno.test("`gridOf()` refuses cells that are the same and grids that are too large", async () => {
  await assertRejects(() => cells(["rate=1,1.0"]), InputError, "rate=1 and rate=1.0 are the same");
  const values = Array.from({ length: MANY_CELLS + 1 }, (_, i) => i + 1).join(",");
  await assertRejects(() => cells([`rate=${values}`]), InputError, `${MANY_CELLS + 1} cells`);
  const thousand = Array.from({ length: 1000 }, (_, i) => i + 1).join(",");
  const million = [`rate=${thousand}`, `batch=${thousand}`];
  await assertRejects(() => cells(million), InputError, "give --yes to make them all");
  const request = { profile: "quick", grid: [`rate=${values}`], set: [], folder: "/" };
  const { cells: found } = await gridOf(demo, { ...request, many: true });
  assertEquals(found.length, MANY_CELLS + 1);
});

Deno.test("`gridOf()` names the cell that the experiment does not take, and refuses a range", async () => {
  const message = "Cannot take the cell rate=2, batch=1.5 into the sweep: Cannot set batch=1.5";
  await assertRejects(() => cells(["rate=2", "batch=1,1.5"]), InputError, message);
  await assertRejects(() => cells(["rate=1..2"]), InputError, "draw cells from it: --random 20");
});
