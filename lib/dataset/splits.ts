/**
 * Splits in time order: learn from the past, choose on what follows, judge on the end.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";

/** Samples `from` (included) to `to` (excluded). */
export interface SampleRange {
  readonly from: number;
  readonly to: number;
}

/** Three ranges that follow one another and cover all samples. */
export interface Split {
  readonly train: SampleRange;
  readonly validation: SampleRange;
  readonly test: SampleRange;
}

/** Shares of the samples, each from 0 to below 1. Default 0.15 each. */
export interface SplitOptions {
  readonly validation?: number;
  readonly test?: number;
}

/**
 * Splits `count` samples in time order into train, validation and test. Validation and test get
 * ⌊share · count⌋ samples (a product within 1e-9 of a whole number counts as that number, so that
 * 0.29 of 100 is 29), train the rest.
 *
 * @throws {InputError} When a part with a share above 0 would be empty: there is too little data.
 * @throws {RangeError} When a share is out of range.
 *
 * @example
 * ```ts
 * import { chronologicalSplit } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(chronologicalSplit(14_980), {
 *   train: { from: 0, to: 10_486 },
 *   validation: { from: 10_486, to: 12_733 },
 *   test: { from: 12_733, to: 14_980 },
 * });
 * ```
 */
export function chronologicalSplit(count: number, options: SplitOptions = {}): Split {
  const { validation = 0.15, test = 0.15 } = options;
  if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
    throw new RangeError(
      `Cannot split ${count} samples: validation takes ${validation} and test ${test} of them; ` +
        `shares from 0 that leave something to train are needed`,
    );
  }
  const share = (fraction: number) => Math.floor(fraction * count + 1e-9);
  const validationFrom = count - share(validation) - share(test);
  const testFrom = count - share(test);
  const empty = validationFrom === 0
    ? "train"
    : validation > 0 && validationFrom === testFrom
    ? "validation"
    : test > 0 && testFrom === count
    ? "test"
    : null;
  if (empty !== null) {
    throw new InputError(
      `Cannot split ${count} samples into shares of ${validation} for validation and ${test} for ` +
        `test: the ${empty} part would be empty. Give more rows or larger shares.`,
    );
  }
  return {
    train: { from: 0, to: validationFrom },
    validation: { from: validationFrom, to: testFrom },
    test: { from: testFrom, to: count },
  };
}
