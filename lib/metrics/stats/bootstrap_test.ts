import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { bootstrapInterval } from "./bootstrap.ts";
import { meanInterval } from "./mean_interval.ts";

const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
const meanOfFirst = (samples: readonly Float64Array[]) => mean(samples[0]!);

Deno.test("`bootstrapInterval()` knows the resampled means of {0, 1}: 0, 1/2, 1 with 1/4, 1/2, 1/4", () => {
  const seen = new Map<number, number>();
  const interval = bootstrapInterval(rootKey(1), [Float64Array.of(0, 1)], (samples) => {
    const value = meanOfFirst(samples);
    seen.set(value, (seen.get(value) ?? 0) + 1);
    return value;
  }, { resamples: 4000 });
  assertEquals(interval, { value: 0.5, low: 0, high: 1 });
  // Four standard errors; the samples themselves count once.
  assertAlmostEquals(seen.get(0)! / 4000, 0.25, 0.028);
  assertAlmostEquals((seen.get(0.5)! - 1) / 4000, 0.5, 0.032);
  assertEquals([...seen.keys()].sort(), [0, 0.5, 1]);
});

Deno.test("`bootstrapInterval()` puts the bounds between order statistics", () => {
  // The statistic counts its calls: 21 resamples give 0 to 20, whose 5 % quantile is 1.
  let call = 0;
  const counted = bootstrapInterval(rootKey(1), [Float64Array.of(7)], () => call++, {
    resamples: 21,
  });
  assertAlmostEquals(counted.low, 1, 1e-12);
  assertAlmostEquals(counted.high, 19, 1e-12);
  assertEquals(counted.value, 21);
  call = 0;
  const four = bootstrapInterval(rootKey(1), [Float64Array.of(7)], () => call++, { resamples: 5 });
  assertAlmostEquals(four.low, 0.2, 1e-12);
});

Deno.test("`bootstrapInterval()` of a mean of many values is close to Student's", () => {
  const values = normal(rootKey(2), 400, 5, 2);
  const boot = bootstrapInterval(rootKey(3), [values], meanOfFirst);
  const student = meanInterval([...values]);
  const width = student.high! - student.low!;
  assertEquals(boot.value, student.mean);
  assertAlmostEquals(boot.low, student.low!, 0.06 * width);
  assertAlmostEquals(boot.high, student.high!, 0.06 * width);
});

Deno.test("`bootstrapInterval()` covers the truth about nine times in ten", () => {
  let covered = 0;
  for (let i = 0; i < 300; i++) {
    const key = rootKey(4).at(i);
    const samples = [normal(key.key("a"), 40, 2), normal(key.key("b"), 40, 4)];
    const { low, high } = bootstrapInterval(
      key,
      samples,
      ([a, b]) => mean(b!) / mean(a!),
      { resamples: 200 },
    );
    if (low < 2 && high > 2) covered++;
  }
  assert(covered > 255 && covered < 285, `${covered} of 300`);
});

Deno.test("`bootstrapInterval()` is a function of key and samples, and resamples each on its own", () => {
  const a = Float64Array.from({ length: 30 }, (_, i) => i);
  const difference = ([x, y]: readonly Float64Array[]) => mean(x!) - mean(y!);
  const once = bootstrapInterval(rootKey(1), [a, a], difference);
  assertEquals(bootstrapInterval(rootKey(1), [a, a], difference), once);
  assertEquals(once.value, 0);
  // Were both drawn at the same positions, every difference would be 0.
  assert(once.low < -1 && once.high > 1);
  assert(bootstrapInterval(rootKey(2), [a, a], difference).low !== once.low);
});

Deno.test("`bootstrapInterval()` refuses what it cannot resample", () => {
  const attempt = (samples: Float64Array[], resamples = 10) => () =>
    bootstrapInterval(rootKey(1), samples, meanOfFirst, { resamples });
  assertThrows(attempt([]), RangeError, "without a sample");
  assertThrows(attempt([Float64Array.of(1), new Float64Array(0)]), RangeError, "sample 1 is empty");
  assertThrows(attempt([Float64Array.of(1, NaN)]), RangeError, "value NaN at 1");
  assertThrows(attempt([Float64Array.of(1)], 0), RangeError, "0 resamples");
  assertThrows(
    () => bootstrapInterval(rootKey(1), [Float64Array.of(1)], () => NaN),
    RangeError,
    "resample 0 is NaN",
  );
});
