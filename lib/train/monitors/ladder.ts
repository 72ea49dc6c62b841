/**
 * The learning rates that a training is tried at, one after the other.
 *
 * @module
 */

/** From the highest to the lowest: the document's rates, each about a third or half of the one before. */
export const learningRateLadder: readonly number[] = [1e-3, 3e-4, 1e-4, 5e-5, 3e-5];

/** Rates that differ by less are one rung: a rate that went through f32 is still itself. */
const SAME = 1e-6;

/**
 * The highest rung below a rate, which need not be a rung itself; `null` from the lowest rung down.
 *
 * @param rate Learning rate, above 0.
 * @param ladder Rates from the highest to the lowest.
 * @throws {RangeError} When the ladder does not fall, or a rate is not above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0.01, 1e-3, 2e-4, 3e-5].map((rate) => rungBelow(rate)), [1e-3, 3e-4, 1e-4, null]);
 * ```
 */
export function rungBelow(rate: number, ladder = learningRateLadder): number | null {
  check(rate, ladder);
  return ladder.find((rung) => rung < rate * (1 - SAME)) ?? null;
}

/**
 * The lowest rung above a rate, which need not be a rung itself; `null` from the highest rung up.
 *
 * @param rate Learning rate, above 0.
 * @param ladder Rates from the highest to the lowest.
 * @throws {RangeError} When the ladder does not fall, or a rate is not above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1e-5, 1e-4, 2e-4, 1e-3].map((rate) => rungAbove(rate)), [3e-5, 3e-4, 3e-4, null]);
 * ```
 */
export function rungAbove(rate: number, ladder = learningRateLadder): number | null {
  check(rate, ladder);
  return ladder.findLast((rung) => rung > rate * (1 + SAME)) ?? null;
}

/**
 * Refuses a ladder that does not fall.
 *
 * @throws {RangeError} When its rates are not above 0, from the highest to the lowest.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkLadder([1e-4, 1e-3]), RangeError, "0.0001, 0.001");
 * ```
 */
export function checkLadder(ladder: readonly number[]): void {
  if (ladder.every((rung, i) => rung > 0 && (i === 0 || rung < ladder[i - 1]!))) return;
  throw new RangeError(
    `Cannot use the learning-rate ladder ${
      ladder.join(", ")
    }: its rates must be above 0, from the ` +
      "highest to the lowest",
  );
}

function check(rate: number, ladder: readonly number[]): void {
  checkLadder(ladder);
  if (rate > 0) return;
  throw new RangeError(
    `Cannot look for ${rate} on the learning-rate ladder ${ladder.join(", ")}: it must be above 0`,
  );
}
