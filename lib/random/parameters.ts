/**
 * Checks of what the draws are asked for.
 *
 * @module
 */

/** Refuses a number of draws that is not a whole number. */
export function checkCount(n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new RangeError(`Cannot draw ${n} numbers: ask for a whole number, 0 or more`);
  }
}

/** Refuses a parameter outside `[lowest, highest]`; `what` is what was to be drawn. */
export function checkNumber(
  what: string,
  name: string,
  value: number,
  lowest = -Number.MAX_VALUE,
  highest = Number.MAX_VALUE,
): void {
  if (value >= lowest && value <= highest) return;
  const above = lowest === Number.MIN_VALUE ? "above 0" : `${lowest} or more`;
  const allowed = [
    "a finite number",
    ...(lowest === -Number.MAX_VALUE ? [] : [above]),
    ...(highest === Number.MAX_VALUE ? [] : [`at most ${highest}`]),
  ];
  throw new RangeError(`Cannot draw ${what} with ${name} ${value}: use ${allowed.join(", ")}`);
}
