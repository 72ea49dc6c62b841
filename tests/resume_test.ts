/** Runs that are killed, stopped or damaged go on, and end with the bits of a run that was left alone. */

import { assert, assertEquals } from "@std/assert";
import { integers } from "../lib/random/distributions.ts";
import { rootKey } from "../lib/random/key.ts";
import { withFolder } from "./command_line.ts";
import { contents, finish, partialOf, stopAt } from "./interrupted_runs.ts";

/** Kills that one run survives. */
const KILLS = 5;

/** Kills runs at seeded moments, five times each, and lets them go on to their end. */
async function killed(backend: string, runs: number): Promise<void> {
  const expected = await withFolder(async (out) => {
    const { status, err } = await finish(out, backend);
    assertEquals(status, 0, err);
    return await contents(out);
  });
  for (let run = 0; run < runs; run++) {
    // Two trainings of up to 6 epochs of 13 steps and 60 steps between them.
    const moments = [...integers(rootKey(4).key(backend).at(run), KILLS, 1, 180)]
      .sort((a, b) => a - b)
      .map((steps, i) => ({ steps, whileWriting: (run * KILLS + i) % 4 === 3 }));
    await withFolder(async (out) => {
      for (const moment of moments) await stopAt(out, backend, moment, "SIGKILL");
      const { status, err } = await finish(out, backend);
      assertEquals(status, 0, err);
      assert(/continues after step \d+|is complete/.test(err), err);
      const steps = moments.map((moment) => moment.steps).join(", ");
      assertEquals(await contents(out), expected, `killed after ${steps} steps`);
      assertEquals(partialOf(out), undefined);
    });
  }
}

Deno.test("killed at 20 moments, some during a checkpoint, runs on WASM end with the same bits", () =>
  killed("wasm", 4));

Deno.test("killed at 5 moments, a run on WebGPU ends with the same bits", () =>
  killed("webgpu", 1));
