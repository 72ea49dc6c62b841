/**
 * Data to train maps on, of four kinds.
 *
 * @module
 */

import { cos, integers, type Key, normal, sin, uniform } from "assay";
import { type ScaledData, scaledData } from "./scaled_data.ts";

/** What data there is; `cube` has no structure to be found and is the control. */
export const DATA_KINDS = ["blobs", "plane", "swiss-roll", "cube"] as const;

/** One of {@linkcode DATA_KINDS}. */
export type DataKind = typeof DATA_KINDS[number];

/** What data to make. */
export interface DataSetOptions {
  readonly kind: DataKind;
  /** Rows. */
  readonly samples: number;
  /** Columns, at least 3. */
  readonly dimensions: number;
}

/** Deviation of the noise on a plane. */
const PLANE_NOISE = 0.05;

/**
 * Makes data, each column scaled to [0, 1].
 *
 * | kind | a sample |
 * | --- | --- |
 * | blobs | one of 3 to 7 centres, uniform in the unit cube, plus normal noise of one deviation, 0.03 to 0.12 |
 * | plane | two uniform numbers times a matrix of standard normal ones, plus normal noise of deviation 0.05 |
 * | swiss-roll | (t cos t, 21 v, t sin t) with t = 1.5 π (1 + 2 u); in more than three dimensions, these three scaled to [0, 1] times a matrix of standard normal numbers |
 * | cube | uniform |
 *
 * @param key The same key gives the same data.
 * @throws {RangeError} When `samples` or `dimensions` is no whole number from 1 or from 3.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const { values } = dataSet(rootKey(1), { kind: "plane", samples: 200, dimensions: 4 });
 * assertEquals([Math.min(...values), Math.max(...values), values.length], [0, 1, 800]);
 * ```
 */
export function dataSet(key: Key, { kind, samples, dimensions }: DataSetOptions): ScaledData {
  const whole = (value: number, lowest: number) => Number.isSafeInteger(value) && value >= lowest;
  if (!whole(samples, 1) || !whole(dimensions, 3)) {
    throw new RangeError(
      `Cannot make data of ${samples} rows and ${dimensions} columns: whole numbers from 1 and from 3 ` +
        `are needed`,
    );
  }
  return scaledData(makers[kind](key, samples, dimensions), dimensions, { name: kind });
}

/**
 * Data drawn as a collector wants it: any kind, 200 to 600 samples, 3 to 10 dimensions.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const data = sampleDataSet(rootKey(1));
 * assert(data.samples >= 200 && data.samples <= 600 && data.dimensions >= 3 && data.dimensions <= 10);
 * assertEquals(sampleDataSet(rootKey(1)), data);
 * ```
 */
export function sampleDataSet(key: Key): ScaledData {
  const one = (name: string, low: number, high: number) =>
    integers(key.key(name), 1, low, high + 1)[0]!;
  return dataSet(key.key("values"), {
    kind: DATA_KINDS[one("kind", 0, DATA_KINDS.length - 1)]!,
    samples: one("samples", 200, 600),
    dimensions: one("dimensions", 3, 10),
  });
}

const makers: Readonly<Record<DataKind, (key: Key, n: number, d: number) => Float64Array>> = {
  blobs(key, n, d) {
    const count = integers(key.key("count"), 1, 3, 8)[0]!;
    const sd = uniform(key.key("sd"), 1, 0.03, 0.12)[0]!;
    const centres = uniform(key.key("centres"), count * d);
    const member = integers(key.key("member"), n, 0, count);
    return normal(key.key("noise"), n * d, 0, sd)
      .map((noise, at) => centres[member[Math.floor(at / d)]! * d + at % d]! + noise);
  },

  plane(key, n, d) {
    const noise = normal(key.key("noise"), n * d, 0, PLANE_NOISE);
    return mixed(key, uniform(key.key("latent"), 2 * n), 2, d).map((x, at) => x + noise[at]!);
  },

  "swiss-roll"(key, n, d) {
    const along = uniform(key.key("along"), n), across = uniform(key.key("across"), n);
    const roll = Float64Array.from({ length: 3 * n }, (_, at) => {
      const i = Math.floor(at / 3), t = 1.5 * Math.PI * (1 + 2 * along[i]!);
      return at % 3 === 0 ? t * cos(t) : at % 3 === 1 ? 21 * across[i]! : t * sin(t);
    });
    return d === 3 ? roll : mixed(key, scaledData(roll, 3).values, 3, d);
  },

  cube: (key, n, d) => uniform(key.key("cube"), n * d),
};

/** Rows of `from` numbers times a matrix of standard normal ones: rows of `to`. */
function mixed(key: Key, rows: ArrayLike<number>, from: number, to: number): Float64Array {
  const matrix = normal(key.key("matrix"), from * to);
  return Float64Array.from({ length: rows.length / from * to }, (_, at) => {
    const i = Math.floor(at / to), j = at % to;
    let sum = 0;
    for (let k = 0; k < from; k++) sum += rows[i * from + k]! * matrix[k * to + j]!;
    return sum;
  });
}
