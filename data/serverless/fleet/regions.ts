/**
 * What a region adds and emits, by index of `REGIONS`. Sources: README.md.
 *
 * @module
 */

/**
 * Seconds that a call and its answer spend between a caller's region (row) and the region of
 * placement (column). The row of us-east-1 is the document's; the others are assumed.
 */
export const NETWORK_SECONDS: readonly (readonly number[])[] = [
  [0, 0.06, 0.08, 0.18],
  [0.06, 0, 0.14, 0.16],
  [0.08, 0.14, 0, 0.17],
  [0.18, 0.16, 0.17, 0],
];

/** Grams of CO₂ equivalent per kWh (document). */
export const CARBON_INTENSITY: readonly number[] = [385, 275, 295, 525];

/** The document's locality score. Only its own reward uses it. */
export const LOCALITY: readonly number[] = [1, 0.8, 0.5, 0.3];
