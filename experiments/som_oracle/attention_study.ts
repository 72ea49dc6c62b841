/**
 * A predictor with attention: how well it foretells, and what it looks at.
 *
 * @module
 */

import { type AttentionPooling, predict, tfl } from "assay";
import type { Prefixes } from "./prefixes.ts";
import { type Predictor, predictorSamples } from "./training.ts";

/** Tenths by which a checkpoint is rounded to whole iterations at most. */
const LATE = 0.05;

/** How much a tenth of the run weighs. */
export interface AttentionDecile {
  /** Its beginning, as a share of the run. */
  readonly from: number;
  /** Attention to its checkpoints together, the mean over the runs. */
  readonly weight: number;
  /** The share of the checkpoints that lies in it: the weight if all were alike. */
  readonly even: number;
}

/** The mean attention of a predictor to each tenth of the runs that these prefixes show. */
export async function attentionByDecile(
  { network, standardisation, options }: Predictor,
  prefixes: Prefixes,
): Promise<AttentionDecile[]> {
  const layer = network.getLayer("attention") as AttentionPooling;
  const [steps] = layer.input as tfl.SymbolicTensor[];
  const reader = tfl.model({ inputs: network.inputs.slice(0, 2), outputs: steps! });
  const samples = predictorSamples(prefixes, standardisation, options);
  const weights = await predict(
    (x, mask) => layer.attention(reader.apply([x, mask!]) as typeof x, mask),
    samples,
    512,
  );
  samples.dispose();

  const time = weights.length / prefixes.run.length;
  const deciles = Array.from({ length: 10 }, () => ({ weight: 0, seen: 0 }));
  let seen = 0;
  prefixes.run.forEach((run, i) => {
    const { progress } = prefixes.histories.runs[run]!;
    for (let step = 0; step < prefixes.steps[i]!; step++) {
      // A checkpoint belongs to the tenth that it ends, half an iteration late or not.
      const decile = deciles[Math.max(0, Math.ceil(10 * progress[step]! - LATE) - 1)]!;
      decile.weight += weights[i * time + step]!;
      decile.seen++;
      seen++;
    }
  });
  return deciles.flatMap(({ weight, seen: own }, i) =>
    own === 0 ? [] : [{ from: i / 10, weight: weight / prefixes.run.length, even: own / seen }]
  );
}
