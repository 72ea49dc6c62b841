import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { experiment } from "../experiment/define.ts";
import { InputError } from "../numeric/errors.ts";
import { permutation } from "../random/shuffle.ts";
import { rootKey } from "../random/key.ts";
import type { FinishedRun } from "../run/execute.ts";
import { gridOf } from "./grid.ts";
import { lastOutcomes, planHalving, runHalving } from "./halving.ts";
import type { Launch, LaunchSession } from "./job.ts";
import type { SweepRequest } from "./sweep.ts";

const demo = experiment({
  name: "demo",
  title: "Demo",
  config: z.object({
    rate: z.number().default(1),
    epochs: z.number().int().max(100).default(8),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 2, full: 2 },
  targets: [],
  claims: [],
  run: () => Promise.resolve({ metrics: {} }),
});

type Config = { readonly rate: number; readonly epochs: number };

/** A launch whose runs have the loss of a function, `null` for a failure, and end in an order of its own. */
function launching(loss: (config: Config, seed: number) => number | null, order: number) {
  const made: string[] = [];
  const launch: Launch = async function* (jobs) {
    for (const i of permutation(rootKey(order), jobs.length)) {
      const job = jobs[i]!;
      const { seed } = job.request;
      const config = job.request.config as Config;
      made.push(`${config.epochs}/${config.rate}/${seed}`);
      const value = loss(config, seed);
      await Promise.resolve();
      if (value === null) {
        yield { job, runId: "", finished: null, error: new Error("no luck"), log: null };
        continue;
      }
      const units = { loss: { unit: "", better: "lower" } };
      const result = { seed, metrics: { loss: value }, units };
      yield { job, runId: "", finished: { result } as unknown as FinishedRun, error: null };
    }
  };
  return { made, launch };
}

const session = { progress: { note() {} } } as unknown as LaunchSession;
const request = { profile: "quick", set: [], folder: "/" };
const grid = await gridOf(demo, { ...request, grid: ["rate=1,2,3,4,5,6,7,8,9"] });
const plan = (budget: string) => planHalving(demo, { ...request, grid: [], budget }, grid);

async function halve(
  loss: (config: Config, seed: number) => number | null,
  { order = 1, failFast = false } = {},
) {
  const { made, launch } = launching(loss, order);
  const shared = {} as SweepRequest["shared"];
  const rounds = await runHalving(
    {
      ...{ axes: grid.axes, halving: await plan("epochs=2,4,8"), metric: "loss" },
      ...{ seeds: [1, 2], shared, failFast, metrics: ["loss"] },
    },
    launch,
    session,
  );
  return { rounds, made };
}

const placesOf = ({ rounds }: Awaited<ReturnType<typeof halve>>) =>
  rounds!.map(({ cells, kept }) => [cells.map(({ place }) => place), kept]);

Deno.test("`planHalving()` has so many times fewer cells as the budget is larger", async () => {
  const counts = async (budget: string) =>
    (await plan(budget)).rounds.map(({ budget, count }) => [budget, count]);
  assertEquals(await counts("epochs=2,4,8"), [[2, 9], [4, 4], [8, 2]]);
  assertEquals(await counts("epochs=1,3,9,27"), [[1, 9], [3, 3], [9, 1], [27, 1]]);
  const { key, rounds } = await plan("epochs=1,3");
  assertEquals([key, rounds[1]!.cells[4]!.config], ["epochs", { rate: 5, epochs: 3 }]);
  await assertRejects(() => plan("epochs=1,300"), InputError, "rate=1, epochs=300");
  await assertRejects(() => plan("epochs=2..8"), InputError, "fewer than two values");
});

Deno.test("`runHalving()` keeps the better cells, ties by their place, whatever order runs end in", async () => {
  // 0 to 3 are alike over the seeds; the later rounds see them otherwise.
  const loss = ({ rate, epochs }: Config, seed: number) =>
    epochs === 2 ? (rate < 5 ? 1 + seed / 10 : 3 - rate / 9) : (rate - 3) ** 2;
  const first = await halve(loss);
  assertEquals(placesOf(first), [
    [[0, 1, 2, 3, 4, 5, 6, 7, 8], [0, 1, 2, 3]],
    [[0, 1, 2, 3], [2, 1]],
    [[1, 2], [2]],
  ]);
  assertEquals(first.made.length, 2 * (9 + 4 + 2));
  for (const order of [2, 3]) assertEquals((await halve(loss, { order })).rounds, first.rounds);
  const last = lastOutcomes(first.rounds!);
  assertEquals(last.map(({ cell }) => cell.config.epochs), [4, 8, 8, 4, 2, 2, 2, 2, 2]);
});

Deno.test("`runHalving()` leaves cells with a failed run behind, and ends where none is complete", async () => {
  const some = await halve(({ rate }, seed) => rate < 8 && seed === 2 ? null : rate);
  assertEquals(placesOf(some).slice(0, 2), [
    [[0, 1, 2, 3, 4, 5, 6, 7, 8], [7, 8]],
    [[7, 8], [7, 8]],
  ]);
  const none = await halve(({ epochs }) => epochs > 2 ? null : 1);
  assertEquals(placesOf(none).slice(1), [[[0, 1, 2, 3], []]]);
  assertEquals((await halve(() => null, { failFast: true })).rounds, null);
});
