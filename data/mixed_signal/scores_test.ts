import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { regressionScores, rootKey } from "assay";
import {
  allStreams,
  generalisationRatio,
  leastSquares,
  mixedSignal,
  mixtureError,
  oneStreamEach,
  settlingTime,
  signalScores,
  successTier,
  TIERS,
} from "../mixed_signal.ts";

const signal = mixedSignal(rootKey(1), { mode: "sequence", count: 64 });
const streams = allStreams(signal);

/** The targets, off by `error(stream, sample)`. */
function answers(error: (stream: number, k: number) => number): Float64Array {
  return Float64Array.from(
    signal.components,
    (target, at) => target + error(Math.floor(at / 1000), at % 1000),
  );
}

Deno.test("`signalScores()` leaves the first second out of everything but the warm-up and settling", () => {
  // 3 in the warm-up; then 0.1, 0.2, 0.3, 0.4 by frequency.
  const scores = signalScores(
    signal,
    streams,
    answers((stream, k) => k < 100 ? 3 : 0.1 * (1 + stream % 4)),
  );
  assertAlmostEquals(scores.warmUp, 9, 1e-12);
  assertAlmostEquals(scores.mse, (0.01 + 0.04 + 0.09 + 0.16) / 4, 1e-12);
  scores.byFrequency.forEach((mse, i) => assertAlmostEquals(mse, (0.1 * (1 + i)) ** 2, 1e-12));
  assertEquals(scores.bySequence.length, 64);
  assert(scores.bySequence.every((mse) => Math.abs(mse - 0.075) < 1e-12));
  // The first window without any of the warm-up's samples ends 0.2 s after it.
  assertAlmostEquals(scores.settling, 1.19, 1e-12);
});

Deno.test("`signalScores()` of zero: normalised 1; of the raw mixture: 0 dB; of the truth: infinite", () => {
  const zero = signalScores(signal, streams, new Float32Array(streams.length * 1000));
  assertAlmostEquals(zero.normalised, 1, 1e-12);
  assertAlmostEquals(zero.mse, 0.50667, 0.02);
  assertEquals(zero.correlation, 0);
  const raw = new Float64Array(streams.length * 1000).map((_, at) =>
    4 * signal.mixture[Math.floor(at / 4000) * 1000 + at % 1000]!
  );
  const mixture = signalScores(signal, streams, raw);
  assertAlmostEquals(mixture.gain, 0, 1e-12);
  assertAlmostEquals(mixture.mse, mixtureError(signal.mode), 0.03);
  const truth = signalScores(signal, streams, signal.components);
  assertEquals([truth.mse, truth.gain], [0, Infinity]);
  assertAlmostEquals(truth.correlation, 1, 1e-12);
});

Deno.test("`signalScores()` follows the streams that were asked", () => {
  const some = oneStreamEach(signal, 2).slice(0, 6);
  const predictions = new Float64Array(6000);
  const scores = signalScores(signal, some, predictions);
  some.forEach(({ sequence, frequency }, row) => {
    const at = (4 * sequence + frequency) * 1000;
    const target = Float64Array.from(signal.components.subarray(at + 100, at + 1000));
    const { rmse } = regressionScores(target, new Float64Array(900));
    assertAlmostEquals(scores.bySequence[row]!, rmse ** 2, 1e-12);
  });
  const two = signalScores(signal, some.slice(0, 2), predictions.slice(0, 2000));
  assertEquals(two.byFrequency.map(Number.isNaN), [true, true, false, false]);
});

Deno.test("`settlingTime()` waits for the last excursion and never beyond the end", () => {
  const profile = (at: (k: number) => number) =>
    Float64Array.from({ length: 1000 }, (_, k) => at(k));
  assertEquals(settlingTime(profile(() => 1), 100), 0.19);
  assertEquals(settlingTime(profile(() => 0), 100), 0.19);
  // Falls early, but returns at sample 600 for one sample: 100 / 20 averaged is above 2.
  assertEquals(settlingTime(profile((k) => k < 50 || k === 600 ? 100 : 1), 100), 6.2);
  // Twice the final one is still settled; a hair more is not.
  assertEquals(settlingTime(profile((k) => k < 500 ? 2 : 1), 100), 0.19);
  assertEquals(settlingTime(profile((k) => k < 500 ? 2.01 : 1), 100), 5);
  // Falls fourfold a sample: only the end is as small as the end.
  assertEquals(settlingTime(profile((k) => 4 ** -k).slice(0, 100), 100), 0.99);
  assertThrows(() => settlingTime(new Float64Array(19), 100), RangeError, "20 are needed");
});

Deno.test("`settlingTime()` of a least-squares fit comes before its window is full", () => {
  const scores = signalScores(signal, streams, leastSquares(signal, { window: 1 }));
  assert(scores.settling > 0.4 && scores.settling < 1, `${scores.settling}`);
  assert(scores.warmUp > 10 * scores.mse);
  assertAlmostEquals(scores.gain, 10 * Math.log10(1.68 / 0.0032), 0.5);
});

Deno.test("`generalisationRatio()` has an interval over sequences around the ratio of means", () => {
  const test = Float64Array.from({ length: 40 }, (_, i) => 1 + (i % 5) / 10);
  const train = Float64Array.from({ length: 80 }, (_, i) => 0.8 + (i % 5) / 10);
  const { value, low, high } = generalisationRatio(rootKey(1), test, train);
  assertAlmostEquals(value, 1.2, 1e-12);
  // Delta method: relative standard errors √0.02 / (1.2 √40) and √0.02 / √80.
  const reach = 1.645 * 1.2 * Math.hypot(Math.sqrt(0.02 / 40) / 1.2, Math.sqrt(0.02 / 80));
  assertAlmostEquals(low, 1.2 - reach, 0.01);
  assertAlmostEquals(high, 1.2 + reach, 0.01);
});

Deno.test("`successTier()` names the best tier all of whose bounds are undercut", () => {
  assertEquals(TIERS.map(({ name }) => name), ["excellent", "good", "minimum"]);
  const name = (train: number, test: number) => successTier(train, test)?.name;
  assertEquals(name(0.0009, 0.001), "excellent");
  assertEquals(name(0.001, 0.001), "good"); // a bound itself is not below it
  assertEquals(name(0.0009, 0.00115), "good"); // ratio 1.28
  assertEquals(name(0.008, 0.0081), "minimum");
  assertEquals(name(0.0099, 0.0149), undefined); // ratio 1.505
  assertEquals(name(0.0009, 0.014), undefined);
  assertEquals(name(0.374, 0.38), undefined);
  assertEquals(name(NaN, 0.001), undefined);
  assertEquals(name(0, 0), undefined); // no ratio of nothing to nothing
});

Deno.test("`signalScores()` refuses shapes that disagree and a warm-up of everything", () => {
  const zeros = new Float64Array(streams.length * 1000);
  assertThrows(() => signalScores(signal, streams, zeros.slice(1)), RangeError, "one for each");
  assertThrows(
    () => signalScores(signal, [], new Float64Array(0)),
    RangeError,
    "at least one stream",
  );
  assertThrows(
    () => signalScores(signal, streams, zeros, { warmUp: 10 }),
    RangeError,
    "warm-up of 1000",
  );
  assertThrows(
    () => signalScores(signal, streams, zeros, { warmUp: 0 }),
    RangeError,
    "warm-up of 0",
  );
  zeros[5] = NaN;
  assertThrows(
    () => signalScores(signal, streams, zeros),
    RangeError,
    "sample 5 of stream 0 is NaN",
  );
});
