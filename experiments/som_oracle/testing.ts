/**
 * Test support: histories that look like a training and can be foretold in part, without any map trained.
 *
 * @module
 */

import { exp, integers, type Key, normal, uniform } from "assay";
import type { Histories, RunHistory } from "./prefixes.ts";

/** Checkpoints every 5 %. */
const STEPS = 20;
/** Standard deviation of what is logged, about what is meant. */
const NOISE = 0.02;

/**
 * Runs in which three qualities fall exponentially towards asymptotes of their own, each seen under noise; what is
 * to be foretold is the asymptotes. Of the speed of the fall the context tells something, the data set a little.
 *
 * @param datasets How many data sets the runs are of.
 */
export function fallingHistories(key: Key, runs: number, datasets: number): Histories {
  const drawn = (name: string, low: number, high: number) =>
    uniform(key.key(name), runs, low, high);
  const dataset = integers(key.key("dataset"), runs, 0, datasets);
  const [speed, mean] = [drawn("speed", 1, 6), uniform(key.key("mean"), datasets, 0.1, 0.4)];
  const asymptotes = ["a", "b", "c"].map((name) => drawn(`asymptote/${name}`, 0, 0.5));
  const starts = ["a", "b", "c"].map((name) => drawn(`start/${name}`, 0.5, 1));
  const noise = normal(key.key("noise"), runs * (STEPS + 1) * 3, 0, NOISE);
  return {
    features: ["progress", "a", "b", "c"],
    context: ["speed", "mean"],
    targets: ["a", "b", "c"],
    current: [1, 2, 3],
    runs: Array.from({ length: runs }, (_, run): RunHistory => {
      const own = mean[dataset[run]!]!;
      const targets = asymptotes.map((values) => own + values[run]!);
      const progress = Float64Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);
      const values = Array.from(progress).flatMap((share, step) => [
        share,
        ...targets.map((target, t) =>
          target + starts[t]![run]! * exp(-speed[run]! * share) +
          noise[(run * (STEPS + 1) + step) * 3 + t]!
        ),
      ]);
      return {
        dataset: `set-${dataset[run]}`,
        configuration: `run-${run}`,
        progress,
        values: Float64Array.from(values),
        context: [speed[run]! + 100 * noise[run]!, own],
        targets,
      };
    }),
  };
}
