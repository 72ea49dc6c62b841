/**
 * Samples as they come in: JSON of any kind, checked before anything is stored.
 *
 * @module
 */

import { z } from "zod";
import { InputError } from "../numeric/errors.ts";
import type { Quantity } from "./forecaster.ts";
import { SPACING_TOLERANCE } from "./sample_ring.ts";

/** One row of measurements. */
export interface Sample {
  /** Unix seconds. */
  readonly timestamp: number;
  /** `[features]`, in the order and units of the features. */
  readonly values: Float32Array;
}

/** Where samples go. */
export interface SamplesAhead {
  /** Seconds from one sample to the next. */
  readonly spacingSeconds: number;
  /** Timestamp of the newest sample at hand; null for none. */
  readonly last: number | null;
  /** Unix seconds. */
  readonly now: number;
}

/** Reads and checks one sample or an array of them. */
export type SampleReader = (value: unknown, ahead: SamplesAhead) => readonly Sample[];

const MOST_F32 = 3.4028234663852886e38;
/** Complaints about one sample that are told. */
const MOST_COMPLAINTS = 3;

/**
 * Makes the reader of samples with these features: objects with a `timestamp` in Unix seconds and one
 * number a feature. What else they hold is ignored, as in a CSV file.
 *
 * The reader throws an `InputError` that names the place when a value is absent, no finite number, or
 * outside its unit's bounds; when a sample repeats another, goes back in time, comes sooner after the one
 * before than the spacing allows, or lies in the future. Then none of the samples counts.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { InputError } from "../numeric/errors.ts";
 *
 * const read = sampleReader([{ name: "rtt_ms", unit: "ms", atLeast: 0 }]);
 * const ahead = { spacingSeconds: 60, last: null, now: 1000 };
 * assertEquals(read({ timestamp: 940, rtt_ms: 12.5 }, ahead), [
 *   { timestamp: 940, values: Float32Array.of(12.5) },
 * ]);
 * assertThrows(() => read({ timestamp: 940, rtt_ms: -1 }, ahead), InputError, "[0].rtt_ms is -1");
 * ```
 */
export function sampleReader(features: readonly Quantity[]): SampleReader {
  const schema = z.object({
    timestamp: bounded({ name: "timestamp", unit: "s", atLeast: 0 }),
    ...Object.fromEntries(features.map((feature) => [feature.name, bounded(feature)])),
  });
  const readOne = (value: unknown, i: number): Sample => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw refused(parsed.error.issues.map((issue) => complaint(i, issue)));
    const row = parsed.data as Readonly<Record<string, number>>;
    return {
      timestamp: row.timestamp!,
      values: Float32Array.from(features, ({ name }) => row[name]!),
    };
  };
  return (value, ahead) => {
    // One by one: a body may hold hundreds of thousands of wrong ones, and the first is enough.
    const samples = (Array.isArray(value) ? value : [value]).map(readOne);
    if (samples.length === 0) throw refused(["the array is empty, at least one is needed"]);
    checkOrder(samples.map(({ timestamp }) => timestamp), ahead);
    return samples;
  };
}

/** A finite f32 within the bounds of its quantity. */
function bounded({ unit, atLeast = -MOST_F32, atMost = MOST_F32 }: Quantity) {
  const range = `${atLeast > -MOST_F32 ? `from ${atLeast} ` : ""}${
    atMost < MOST_F32 ? `to ${atMost} ` : ""
  }${unit}`.trim();
  const error = ({ input }: { input?: unknown }) =>
    input === undefined
      ? "is missing"
      : `is ${shown(input)}, a finite number ${range} is needed`.replaceAll("  ", " ");
  return z.number({ error }).min(atLeast, { error }).max(atMost, { error });
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return "an array";
  if (typeof input === "object" && input !== null) return "an object";
  if (typeof input !== "string") return String(input);
  return JSON.stringify(input.length > 40 ? `${input.slice(0, 40)}…` : input);
}

function complaint(i: number, { path, message }: { path: PropertyKey[]; message: string }): string {
  return path.length === 0 ? `[${i}] is not an object` : `[${i}].${path.join(".")} ${message}`;
}

function checkOrder(timestamps: readonly number[], { spacingSeconds, last, now }: SamplesAhead) {
  let before = last;
  timestamps.forEach((timestamp, i) => {
    const fault = timestamp > now + spacingSeconds
      ? `lies ${round(timestamp - now)} s in the future; Unix seconds are needed`
      : before === null
      ? null
      : timestamp === before
      ? "repeats the sample before"
      : timestamp < before
      ? `is out of order: the sample before is of ${before}`
      : timestamp - before < (1 - SPACING_TOLERANCE) * spacingSeconds
      ? `lies ${
        round(timestamp - before)
      } s after the sample before (${before}); the model reads ` +
        `one every ${spacingSeconds} s`
      : null;
    if (fault !== null) throw refused([`[${i}].timestamp is ${timestamp}, it ${fault}`]);
    before = timestamp;
  });
}

function round(seconds: number): number {
  return Number(seconds.toPrecision(6));
}

function refused(complaints: readonly string[]): InputError {
  const rest = complaints.length - MOST_COMPLAINTS;
  return new InputError(
    `Cannot take the samples: ${complaints.slice(0, MOST_COMPLAINTS).join("; ")}` +
      `${
        rest > 0 ? `; and ${rest} more` : ""
      }. None was stored; send them corrected, in time order.`,
  );
}
