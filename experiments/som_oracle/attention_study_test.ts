import { assertAlmostEquals, assertEquals } from "@std/assert";
import { closeDevice, fit, openDevice, rootKey, tf } from "assay";
import { attentionByDecile } from "./attention_study.ts";
import { prefixesOf } from "./prefixes.ts";
import { fallingHistories } from "./testing.ts";
import { trainPredictor } from "./training.ts";

Deno.test("`attentionByDecile()` shares a weight of 1 among the tenths that were seen", async () => {
  await openDevice({ backend: "wasm" });
  const key = rootKey(1);
  const histories = fallingHistories(key, 20, 4);
  const of = (from: number, to: number) =>
    prefixesOf(histories, Array.from({ length: to - from }, (_, i) => from + i), [0.3, 0.7]);
  const predictor = await trainPredictor(key, { train: of(0, 15), validation: of(15, 20) }, {
    network: "lite",
    readsPrefix: true,
    readsContext: true,
    attention: true,
    ahead: [],
    epochs: 1,
  }, (model, options) => fit(model, options, { clock: () => 0 }));
  const before = tf.memory().numTensors;
  const deciles = await attentionByDecile(predictor, prefixesOf(histories, [15, 16, 17], [0.7]));
  assertEquals(tf.memory().numTensors, before);
  // Checkpoint 0 and those of 5 and 10 % belong to the first tenth.
  assertEquals(deciles.map(({ from }) => from), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  assertAlmostEquals(deciles[0]!.even, 3 / 15, 1e-12);
  assertAlmostEquals(deciles[6]!.even, 2 / 15, 1e-12);
  for (const name of ["weight", "even"] as const) {
    assertAlmostEquals(deciles.reduce((sum, decile) => sum + decile[name], 0), 1, 1e-5);
  }
  predictor.dispose();
  await closeDevice();
});
