import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { experiment } from "../experiment/define.ts";
import { InputError } from "../numeric/errors.ts";
import { drawCells } from "./draw.ts";
import { gridOf } from "./grid.ts";

const demo = experiment({
  name: "demo",
  title: "Demo",
  config: z.object({
    rate: z.number().positive().max(1).default(1),
    units: z.number().int().default(8),
    mode: z.enum(["a", "b", "c"]).default("c"),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 1, full: 1 },
  targets: [],
  claims: [],
  run: () => Promise.resolve({ metrics: {} }),
});

const request = { profile: "quick", set: [], folder: "/" };
const draw = (count: number, grid: string[], seed = 1) =>
  drawCells(demo, { ...request, grid, count, seed });
const texts = async (...of: Parameters<typeof draw>) =>
  (await draw(...of)).cells.map(({ overrides }) => overrides.toSorted().join(" "));

const wide = ["rate=1e-4..1e-2", "units=16..128", "mode=a,b"];

Deno.test("`drawCells()` gives the same cells whatever the order of keys and the count", async () => {
  const some = await texts(6, wide);
  assertEquals((await texts(20, wide.toReversed())).slice(0, 6), some);
  assertEquals(
    await texts(6, ["rate=1e-4..1e-2", "units=16..128"]),
    some.map((text) => text.replace(/mode=. /, "")),
  );
  assert((await texts(6, wide, 2)).every((text) => !some.includes(text)));
});

Deno.test("`drawCells()` is uniform on the scale of a range, both ends of integers alike", async () => {
  const { axes, cells } = await draw(1000, ["rate=1e-4..1", "units=1..9"]);
  assertEquals(axes.map(({ range }) => range?.scale), ["log", "linear"]);
  const share = (holds: (config: Record<string, unknown>) => boolean) =>
    cells.filter(({ config }) => holds(config)).length / cells.length;
  assertAlmostEquals(share(({ rate }) => Number(rate) < 0.01), 0.5, 0.05);
  for (const end of [1, 9]) assertAlmostEquals(share(({ units }) => units === end), 1 / 9, 0.03);
  assert(
    cells.every(({ config: { rate } }) => String(rate).replace(/^0\.0*|e.*|\./g, "").length <= 4),
  );
});

Deno.test("`drawCells()` replaces what was drawn already; of all combinations it is the grid", async () => {
  const { cells, axes, drawn } = await draw(8, ["units=1..3", "mode=a,b,c"]);
  assertEquals(new Set(cells.map(({ overrides }) => overrides.join())).size, 8);
  assertEquals([axes[0]!.values, drawn], [[1, 2, 3], 1]);
  const grid = ["units=1,2", "mode=a,b,c"];
  assertEquals(await draw(6, grid), await gridOf(demo, { ...request, grid }));
});

Deno.test("`drawCells()` refuses what cannot be drawn", async () => {
  const refuses = (count: number, grid: string[], says: string) =>
    assertRejects(() => draw(count, grid), InputError, says);
  await refuses(7, ["units=1,2", "mode=a,b,c"], "its --grid has 6");
  await refuses(10, ["units=1..9"], "after the first 9");
  await refuses(2, ["rate=0.1..2"], "rate=2");
  await refuses(2, ["rate=0.2..0.1"], "the range has no numbers");
  await refuses(2, ["units=1..2.5"], "units=2.5");
  await refuses(2, ["mode=1..2"], '"a", "b", "c"');
  await refuses(2, ["rat=1..2"], 'Did you mean "rate"?');
});
