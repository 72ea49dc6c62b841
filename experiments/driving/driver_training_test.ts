import { assertEquals } from "@std/assert";
import {
  type Context,
  loop,
  type LoopOptions,
  openDevice,
  readBack,
  rootKey,
  SavedState,
  savedState,
} from "assay";
import { type DriverOptions, trainDriver } from "./driver_training.ts";

const options: DriverOptions = {
  ...{ mode: "vector", encoder: null, layerNorm: false, hidden: [16], batch: 16 },
  ...{ warmUp: 48, transitions: 320, every: 160, alerts: "relative", readEvery: 10 },
};

/** A context whose loop is `run`. */
function context(run: (options: LoopOptions) => ReturnType<typeof loop>): Context<unknown> {
  const given = {
    key: (path: string) => rootKey(1).key(path),
    log() {},
    loop: (_: string, options: LoopOptions) => run(options),
  };
  return given as unknown as Context<unknown>;
}

const clock = () => 0;

async function resultOf(run: (options: LoopOptions) => ReturnType<typeof loop>) {
  const trained = await trainDriver(context(run), "driver", options);
  const weights = await readBack(trained.weights.map(({ variable }) => variable));
  trained.dispose();
  return {
    weights,
    evaluations: trained.evaluations.all,
    td: trained.readings.of("debug/td_error_q1"),
  };
}

Deno.test("`trainDriver()` goes on from any step with the same bits, evaluations and readings", async () => {
  await openDevice({ backend: "wasm" });
  const whole = await resultOf((options) => loop(options, { clock }));
  assertEquals(whole.evaluations.map(({ transitions }) => transitions), [160, 320]);
  let saved: SavedState | undefined;
  const stopAt = 183;
  await resultOf(async (options) => {
    const looped = await loop({ ...options, steps: stopAt }, { clock });
    saved = await savedState(options.state, "the test");
    return looped;
  });
  const continued = await resultOf(async (options) => {
    options.state.restore(saved!);
    const { steps } = options;
    return await loop({
      ...options,
      steps: steps - stopAt,
      step: (n, trace) => options.step(n + stopAt, trace),
    }, { clock });
  });
  assertEquals(continued, whole);
});
