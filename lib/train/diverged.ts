/**
 * The error of a training run whose loss stopped being a number.
 *
 * @module
 */

/**
 * The loss became infinite or NaN. Training stops at once: no later step could be trusted.
 *
 * @example
 * ```ts
 * import { DivergedRun } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new DivergedRun("training", NaN, 2, 130);
 * assertEquals([error.name, error.epoch, error.step], ["DivergedRun", 2, 130]);
 * ```
 */
export class DivergedRun extends Error {
  override readonly name = "DivergedRun";

  /**
   * @param which Which loss: `training` or `validation`.
   * @param loss Its value.
   * @param epoch Epoch in which it was seen, from 1.
   * @param step Optimiser step at which it was seen, from 1, over all epochs.
   */
  constructor(
    which: "training" | "validation",
    loss: number,
    readonly epoch: number,
    readonly step: number,
  ) {
    super(
      `Cannot go on training: the ${which} loss is ${loss} at epoch ${epoch}, step ${step}. Lower the ` +
        "learning rate, clip the gradient's norm (clipNorm), or look for values in the data that are not finite",
    );
  }
}
