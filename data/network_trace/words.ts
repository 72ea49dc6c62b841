/**
 * Draws of the text columns.
 *
 * @module
 */

import { choice, type Key } from "assay";
import { VOCABULARY } from "./columns.ts";

/** `[n]` words of a vocabulary with its probabilities. */
export function drawWords<Name extends keyof typeof VOCABULARY>(
  key: Key,
  n: number,
  name: Name,
): (typeof VOCABULARY)[Name]["words"][number][] {
  const { words, probabilities } = VOCABULARY[name];
  return Array.from(choice(key, n, probabilities), (code) => words[code]!);
}

/** A zone of each region: its name and one of the letters a, b, c. */
export function zones(key: Key, regions: readonly string[]): string[] {
  const letters = drawWords(key, regions.length, "zone");
  return regions.map((region, i) => region + letters[i]);
}
