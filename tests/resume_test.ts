/** Runs that are killed, stopped or damaged go on, and end with the bits of a run that was left alone. */

import { assert, assertEquals } from "@std/assert";
import { integers } from "../lib/random/distributions.ts";
import { rootKey } from "../lib/random/key.ts";
import { withFolder } from "./command_line.ts";
import { contents, finish, partialOf, stopAt } from "./interrupted_runs.ts";

/** Kills a run at seeded moments, each time a fresh one, and lets it go on to its end. */
async function killed(backend: string, times: number): Promise<void> {
  const expected = await withFolder(async (out) => {
    const { status, err } = await finish(out, backend);
    assertEquals(status, 0, err);
    return await contents(out);
  });
  // Two trainings of up to 6 epochs of 13 steps and 60 steps between them.
  const moments = [...integers(rootKey(4).key(backend), times, 1, 180)]
    .map((steps, i) => ({ steps, whileWriting: i % 4 === 3 }));
  for (const moment of moments) {
    await withFolder(async (out) => {
      await stopAt(out, backend, moment, "SIGKILL");
      const { status, err } = await finish(out, backend);
      assertEquals(status, 0, err);
      assert(/continues after step \d+|is complete/.test(err), err);
      assertEquals(await contents(out), expected, `killed after ${moment.steps} steps`);
      assertEquals(partialOf(out), undefined);
    });
  }
}

Deno.test("killed at 20 moments, some during a checkpoint, a run on WASM ends with the same bits", () =>
  killed("wasm", 20));

Deno.test("killed at 5 moments, a run on WebGPU ends with the same bits", () =>
  killed("webgpu", 5));
