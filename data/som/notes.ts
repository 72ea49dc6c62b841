/**
 * What should be said before a map is trained, though nothing forbids it.
 *
 * @module
 */

import { iterationsOf, type SomConfiguration } from "./configuration.ts";
import { USUAL_CHECKPOINTS } from "./history.ts";
import { usualSide } from "./sample_configuration.ts";
import type { ScaledData } from "./scaled_data.ts";

/** How much longer than usual a side may be: the original's search goes no further. */
const LONGEST_SIDE_FACTOR = 1.3;

/**
 * What is odd about training such a map on such data, a sentence each: more units than the samples can
 * order, columns that tell nothing, fewer iterations than checkpoints.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 * import { scaledData } from "./scaled_data.ts";
 *
 * const data = scaledData([1, 5, 2, 5, 3, 5, 4, 5], 2, { name: "four rows" });
 * const configuration = { ...sampleConfiguration(rootKey(1), 4), rows: 9, columns: 9, epochMultiplier: 9 };
 * assertEquals(trainingNotes(data, configuration), [
 *   "81 units are more than the 4 samples of four rows warrant (5 √n = 10): most will stay dead",
 *   "column 2 of four rows has one value only, so it orders nothing",
 * ]);
 * ```
 */
export function trainingNotes(data: ScaledData, configuration: SomConfiguration): string[] {
  const { name, samples } = data;
  const units = configuration.rows * configuration.columns;
  const usual = usualSide(samples) ** 2;
  const notes: string[] = [];
  if (units > LONGEST_SIDE_FACTOR ** 2 * usual) {
    notes.push(
      `${units} units are more than the ${samples} samples of ${name} warrant (5 √n = ` +
        `${Math.round(usual)}): most will stay dead`,
    );
  }
  for (let j = 0; j < data.dimensions; j++) notes.push(...columnNotes(data, j));
  const iterations = iterationsOf(configuration, samples);
  if (iterations < USUAL_CHECKPOINTS - 1) {
    notes.push(
      `${iterations} iterations are fewer than a checkpoint each 5 % needs: some will say the same twice`,
    );
  }
  return notes;
}

function columnNotes({ name, dimensions, values, mask }: ScaledData, j: number): string[] {
  let known = 0, highest = 0;
  for (let at = j; at < values.length; at += dimensions) {
    if (mask?.[at]) continue;
    known++;
    highest = Math.max(highest, values[at]!);
  }
  const column = `column ${j + 1} of ${name}`;
  if (known === 0) return [`${column} is masked everywhere, so its weights are 0`];
  return highest > 0 ? [] : [`${column} has one value only, so it orders nothing`];
}
