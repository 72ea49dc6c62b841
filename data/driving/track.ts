/**
 * Closed roads by seed: a circle whose radius waves, resampled by arc length and smoothed.
 *
 * @module
 */

import { atan2, cos, type Key, pow, rootKey, sin, uniform } from "assay";
import { wrapAngle } from "./angles.ts";

/** Half the width of a road in metres. */
export const HALF_WIDTH_M = 1.75;

/** No road turns on a circle smaller than this, in metres. */
export const SMALLEST_RADIUS_M = 9;

/** Roads to learn on. */
export const TRAINING_TRACKS: readonly number[] = Array.from({ length: 100 }, (_, seed) => seed);

/** Roads to be judged on. */
export const EVALUATION_TRACKS: readonly number[] = Array.from(
  { length: 20 },
  (_, index) => 10_000 + index,
);

/** The centre line of a closed road: points one behind the other, `[points]` f64 in metres and radians. */
export interface Track {
  readonly points: number;
  /** Metres along the road from each point to the next. */
  readonly spacing: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Where the road points to, within ±π, and that as a vector of length 1. */
  readonly heading: Float64Array;
  readonly tangentX: Float64Array;
  readonly tangentY: Float64Array;
  /** Radians a metre, to the left positive. */
  readonly curvature: Float64Array;
}

/** Points of the polar curve, and wanted metres between those of the road. */
const POLAR_POINTS = 720;
const SPACING_M = 0.5;
const MEAN_RADIUS_M = 45;
const HARMONICS = [2, 3, 4, 5];
const SMOOTHINGS = 10;

/**
 * The road of a seed, some 290 m long, driven counterclockwise. The same seed gives the same bits.
 *
 * @param difficulty From 0, a circle, to 1.
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals } from "@std/assert";
 *
 * const { points, spacing } = track(10_000);
 * assert(points * spacing > 250 && points * spacing < 350);
 * assertAlmostEquals(track(1, 0).curvature[7]!, 1 / 45, 1e-5);
 * ```
 */
export function track(seed: number, difficulty = 1): Track {
  if (!(difficulty >= 0 && difficulty <= 1)) {
    throw new RangeError(`Cannot make a track of difficulty ${difficulty}: it is from 0 to 1`);
  }
  const key = rootKey(seed).key("driving/track");
  for (let attempt = 0;; attempt++) {
    const drawn = trackThrough(resampled(polarCurve(key.at(attempt), difficulty)));
    if (drawn.curvature.every((value) => Math.abs(value) <= 1 / SMALLEST_RADIUS_M)) return drawn;
  }
}

/** Points of a closed curve. */
interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The road through points that are evenly spaced, the last before the first. */
export function trackThrough({ x, y }: Curve): Track {
  const points = x.length;
  const next = (i: number) => (i + 1) % points, previous = (i: number) => (i + points - 1) % points;
  let length = 0;
  for (let i = 0; i < points; i++) length += distance(x, y, i, next(i));
  const spacing = length / points;
  const heading = x.map((_, i) =>
    atan2(y[next(i)]! - y[previous(i)]!, x[next(i)]! - x[previous(i)]!)
  );
  const curvature = heading.map((_, i) =>
    wrapAngle(heading[next(i)]! - heading[previous(i)]!) / (2 * spacing)
  );
  const [tangentX, tangentY] = [
    heading.map((angle) => cos(angle)),
    heading.map((angle) => sin(angle)),
  ];
  return { points, spacing, x, y, heading, tangentX, tangentY, curvature };
}

function polarCurve(key: Key, difficulty: number): Curve {
  const sizes = uniform(key.key("sizes"), HARMONICS.length);
  const phases = uniform(key.key("phases"), HARMONICS.length, 0, 2 * Math.PI);
  const limits = HARMONICS.map((harmonic) => difficulty * 0.22 / pow(harmonic, 0.7));
  const x = new Float64Array(POLAR_POINTS), y = new Float64Array(POLAR_POINTS);
  for (let i = 0; i < POLAR_POINTS; i++) {
    const angle = 2 * Math.PI * i / POLAR_POINTS;
    let radius = 1;
    HARMONICS.forEach((harmonic, k) => {
      radius += limits[k]! * sizes[k]! * cos(harmonic * angle + phases[k]!);
    });
    x[i] = MEAN_RADIUS_M * radius * cos(angle);
    y[i] = MEAN_RADIUS_M * radius * sin(angle);
  }
  return { x, y };
}

/** Points a fixed way apart along the curve, each then moved towards its neighbours, ten times. */
function resampled({ x, y }: Curve): Curve {
  const lengths = x.map((_, i) => distance(x, y, i, (i + 1) % x.length));
  const length = lengths.reduce((sum, part) => sum + part, 0);
  const points = Math.round(length / SPACING_M);
  let newX = new Float64Array(points), newY = new Float64Array(points);
  for (let i = 0, from = 0, passed = 0; i < points; i++) {
    const wanted = i * length / points;
    while (from < x.length - 1 && passed + lengths[from]! <= wanted) passed += lengths[from++]!;
    const to = (from + 1) % x.length, share = (wanted - passed) / lengths[from]!;
    newX[i] = x[from]! + share * (x[to]! - x[from]!);
    newY[i] = y[from]! + share * (y[to]! - y[from]!);
  }
  const smooth = (old: Float64Array<ArrayBuffer>) =>
    old.map((value, i) =>
      (old[(i + points - 1) % points]! + 2 * value + old[(i + 1) % points]!) / 4
    );
  for (let i = 0; i < SMOOTHINGS; i++) [newX, newY] = [smooth(newX), smooth(newY)];
  return { x: newX, y: newY };
}

function distance(x: Float64Array, y: Float64Array, from: number, to: number): number {
  const dx = x[to]! - x[from]!, dy = y[to]! - y[from]!;
  return Math.sqrt(dx * dx + dy * dy);
}
