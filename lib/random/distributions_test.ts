import { assert, assertEquals, assertThrows } from "@std/assert";
import { exp } from "../numeric/elementary.ts";
import { choice, exponential, integers, normal, poisson, uniform } from "./distributions.ts";
import { type Key, rootKey } from "./key.ts";

const N = 50_000;
const key = rootKey(20261120);

/** Kolmogorov–Smirnov: the largest distance of the sample's distribution function from `cdf`, times √n. */
function kolmogorov(sample: Float64Array, cdf: (x: number) => number): number {
  const sorted = sample.slice().sort();
  let distance = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    distance = Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p);
  });
  return distance * Math.sqrt(sorted.length);
}

/** Pearson's chi-square over cells, as standard deviations above its mean. */
function chiSquare(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i]! - expected[i]!) ** 2 / expected[i]!;
  const freedom = counts.length - 1;
  return (sum - freedom) / Math.sqrt(2 * freedom);
}

function tally(values: ArrayLike<number>, cells: number): Float64Array {
  const counts = new Float64Array(cells);
  for (let i = 0; i < values.length; i++) counts[values[i]!]!++;
  return counts;
}

function moments(sample: ArrayLike<number>): { mean: number; variance: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < sample.length; i++) sum += sample[i]!;
  const mean = sum / sample.length;
  for (let i = 0; i < sample.length; i++) squares += (sample[i]! - mean) ** 2;
  return { mean, variance: squares / (sample.length - 1) };
}

/** Φ(x) by the series of Abramowitz and Stegun 26.2.11; good to 1e-13 for |x| < 6. */
function normalCdf(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) sum += term *= x * x / k;
  return 0.5 + sum * exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

// 1.95 is exceeded with probability 0.001 under the null; the keys are fixed.
const KS_LIMIT = 1.95;

Deno.test("`uniform()` follows the uniform distribution within its bounds", () => {
  const x = uniform(key.key("uniform"), N, -2, 6);
  assert(x.every((v) => v >= -2 && v < 6));
  assert(kolmogorov(x, (v) => (v + 2) / 8) < KS_LIMIT);
});

Deno.test("`uniform()` is the upper 53 bits of its two words", () => {
  // Words 6b200159 99ba4efe of Threefry's known answer.
  const u = Number((0x6b200159n >> 5n << 26n) | (0x99ba4efen >> 6n)) / 2 ** 53;
  assertEquals(uniform(rootKey(0), 1)[0], u);
});

Deno.test("`uniform()` stays below an upper end that rounding would reach", () => {
  const high = 1 + 2 ** -52;
  const x = uniform(key.key("narrow"), 1000, 1, high);
  assert(x.every((v) => v === 1));
  const far = uniform(key.key("narrow"), 1000, -(2 ** 60), 2 ** 10);
  assert(far.every((v) => v < 2 ** 10));
});

Deno.test("`normal()` follows the normal distribution", () => {
  const x = normal(key.key("normal"), N);
  assert(kolmogorov(x, normalCdf) < KS_LIMIT);
  const { mean, variance } = moments(x);
  assert(Math.abs(mean) < 4 / Math.sqrt(N), `mean ${mean}`);
  assert(Math.abs(variance - 1) < 4 * Math.sqrt(2 / N), `variance ${variance}`);
  let lag = 0;
  for (let i = 1; i < N; i++) lag += x[i]! * x[i - 1]!;
  assert(Math.abs(lag / N) < 4 / Math.sqrt(N), `lag-1 correlation ${lag / N}`);
});

Deno.test("`normal()` is shifted and scaled", () => {
  const z = normal(key.key("normal"), 9);
  assertEquals(normal(key.key("normal"), 9, 3, 0.5), z.map((v) => 3 + 0.5 * v));
  assertEquals(normal(key.key("normal"), 2, 7, 0), Float64Array.of(7, 7));
});

Deno.test("`exponential()` follows the exponential distribution", () => {
  const x = exponential(key.key("exponential"), N, 2.5);
  assert(x.every((v) => v > 0));
  assert(kolmogorov(x, (v) => 1 - exp(-v / 2.5)) < KS_LIMIT);
});

Deno.test("`integers()` are uniform over ranges small, odd and nearly 2^32", () => {
  const dice = integers(key.key("dice"), N, 1, 7).map((v) => v - 1);
  assert(chiSquare(tally(dice, 6), new Array(6).fill(N / 6)) < 3);
  const odd = integers(key.key("odd"), N, -50, 51).map((v) => v + 50);
  assert(chiSquare(tally(odd, 101), new Array(101).fill(N / 101)) < 3);
  // Three quarters of 2^32: a quarter of the words is rejected. Without rejection the lowest third
  // would be drawn twice as often as the others.
  const wide = integers(key.key("wide"), N, -(2 ** 31), 2 ** 30);
  const thirds = tally(Array.from(wide, (v) => Math.floor((v + 2 ** 31) / 2 ** 30)), 3);
  assert(chiSquare(thirds, new Array(3).fill(N / 3)) < 3, `${thirds}`);
});

Deno.test("`integers()` over all of i32 are the words, and over one value that value", () => {
  assertEquals(
    integers(rootKey(0), 2, -(2 ** 31), 2 ** 31),
    Int32Array.of(0x6b200159, 0x99ba4efe | 0),
  );
  assertEquals([...integers(key, 3, 5, 6)], [5, 5, 5]);
  assertEquals([...integers(key, 2, -(2 ** 31), 1 - 2 ** 31)], [-(2 ** 31), -(2 ** 31)]);
});

Deno.test("`poisson()` follows the Poisson distribution on both sides of the crossover", () => {
  for (const mean of [0.1, 1, 3.5, 9.99, 10, 30, 99.9, 100, 101, 400, 2500]) {
    const x = poisson(key.key("poisson").key(String(mean)), N, mean);
    const low = Math.max(0, Math.floor(mean - 3.5 * Math.sqrt(mean)));
    const high = Math.ceil(mean + 3.5 * Math.sqrt(mean)) + 1;
    // Cells: everything up to low, each count, everything from high.
    const expected = new Float64Array(high - low + 1);
    let logTerm = -mean;
    for (let k = 0; k < mean + 12 * Math.sqrt(mean) + 30; k++) {
      if (k > 0) logTerm += Math.log(mean / k);
      expected[Math.min(Math.max(k, low), high) - low]! += N * Math.exp(logTerm);
    }
    const counts = tally(x.map((k) => Math.min(Math.max(k, low), high) - low), high - low + 1);
    const z = chiSquare(counts, expected);
    assert(z < 3.5, `mean ${mean}: chi-square ${z} standard deviations above its mean`);
  }
});

Deno.test("`poisson()` has mean and variance equal to its mean up to 1e6", () => {
  for (const mean of [100, 1e4, 1e6]) {
    const { mean: m, variance } = moments(poisson(key.key("large").key(String(mean)), N, mean));
    assert(Math.abs(m - mean) < 4 * Math.sqrt(mean / N), `mean ${m} of ${mean}`);
    assert(Math.abs(variance / mean - 1) < 4 * Math.sqrt(2 / N), `variance ${variance} of ${mean}`);
  }
  assertEquals([...poisson(key, 3, 0)], [0, 0, 0]);
  assert(poisson(key, 1000, 1e-300).every((k) => k === 0));
});

Deno.test("`choice()` draws by weight and never what has none", () => {
  const weights = [0, 1, 0, 2.5, 0.5, 0, 6, 0];
  const counts = tally(choice(key.key("choice"), N, weights), 8);
  assertEquals([0, 2, 5, 7].map((i) => counts[i]), [0, 0, 0, 0]);
  const drawn = [1, 3, 4, 6];
  const expected = drawn.map((i) => N * weights[i]! / 10);
  assert(chiSquare(drawn.map((i) => counts[i]!), expected) < 3);
  assertEquals([...choice(key, 3, [0, 0, 1e-320])], [2, 2, 2]);
  assertEquals([...choice(key, 2, Float32Array.of(4))], [0, 0]);
});

type Draw = (key: Key, n: number) => ArrayLike<number>;
const DRAWS: Record<string, Draw> = {
  uniform: (k, n) => uniform(k, n, -1, 3),
  normal: (k, n) => normal(k, n),
  exponential: (k, n) => exponential(k, n, 2),
  integers: (k, n) => integers(k, n, 0, 3 * 2 ** 29),
  "poisson, small": (k, n) => poisson(k, n, 4),
  "poisson, large": (k, n) => poisson(k, n, 150),
  choice: (k, n) => choice(k, n, [1, 2, 3]),
};

for (const [name, draw] of Object.entries(DRAWS)) {
  Deno.test(`\`${name}\`: a longer draw begins with a shorter one`, () => {
    const long = Array.from(draw(key.key("prefix"), 1001));
    for (const n of [0, 1, 2, 7, 1000]) {
      assertEquals(Array.from(draw(key.key("prefix"), n)), long.slice(0, n));
    }
  });
}

Deno.test("draws refuse bad parameters and say what is allowed", () => {
  const cases: [() => unknown, string][] = [
    [() => uniform(key, -1), "Cannot draw -1 numbers"],
    [() => normal(key, 1.5), "Cannot draw 1.5 numbers"],
    [() => poisson(key, NaN, 1), "Cannot draw NaN numbers"],
    [() => uniform(key, 1, 1, 1), "[1, 1): low must be below high"],
    [() => uniform(key, 1, NaN, 1), "[NaN, 1)"],
    [() => uniform(key, 1, -1.7e308, 1.7e308), "the distance between them finite"],
    [() => uniform(key, 1, -Infinity, 0), "finite"],
    [() => normal(key, 1, NaN), "mean NaN: use a finite number"],
    [() => normal(key, 1, 0, -1), "sd -1: use a finite number, 0 or more"],
    [() => normal(key, 1, 0, Infinity), "sd Infinity"],
    [() => exponential(key, 1, 0), "mean 0: use a finite number, above 0"],
    [() => integers(key, 1, 2, 2), "[2, 2)"],
    [() => integers(key, 1, 0.5, 2), "both ends must be integers"],
    [() => integers(key, 1, 0, 2 ** 31 + 1), "from -2^31 to 2^31"],
    [() => poisson(key, 1, -1), "mean -1: use a finite number, 0 or more, at most 1000000"],
    [() => poisson(key, 1, 1.1e6), "mean 1100000"],
    [() => choice(key, 1, []), "among 0 weights whose sum is 0"],
    [() => choice(key, 1, [0, 0]), "among 2 weights whose sum is 0"],
    [() => choice(key, 1, [1, -1]), "weight 1 is -1"],
    [() => choice(key, 1, [NaN]), "weight 0 is NaN"],
    [() => choice(key, 1, [1e308, 1e308]), "sum is Infinity"],
  ];
  for (const [call, message] of cases) assertThrows(call, RangeError, message);
});

/** The bits of doubles as hex. */
function bits(values: Float64Array): string[] {
  return Array.from(
    new BigUint64Array(values.slice().buffer),
    (word) => word.toString(16).padStart(16, "0"),
  );
}

Deno.test("draws have the bits on record, on every machine", () => {
  // A Python implementation of keys and draws with mpmath's functions gives the same integers and
  // uniform numbers, and the others within one unit in the last place.
  const golden = rootKey(42).key("golden");
  assertEquals(bits(uniform(golden, 3)), [
    "3fec59a940b1ac2f",
    "3fc79d1f48955468",
    "3f99da6f6a0319a0",
  ]);
  assertEquals(bits(normal(golden, 3)), [
    "3ff348ab5ac5e40f",
    "bfecbfce48087717",
    "bfff4ac00795e2d0",
  ]);
  assertEquals(bits(exponential(golden, 3)), [
    "3fbf00705914b34f",
    "3ffb0b0fe5f3627e",
    "400d6ea9c66555b5",
  ]);
  assertEquals([...integers(golden, 6, 0, 1000)], [653, 881, 261, 237, 426, 190]);
  assertEquals([...integers(golden, 4, 0, 2 ** 31 - 1)], [
    1657621006,
    745212881,
    792346261,
    156583590,
  ]);
  assertEquals([...poisson(golden, 8, 3)], [5, 1, 0, 2, 3, 2, 1, 4]);
  assertEquals([...poisson(golden, 6, 1000)], [1044, 1026, 1005, 959, 1019, 974]);
  assertEquals([...choice(golden, 8, [1, 2, 3])], [2, 1, 0, 1, 2, 1, 0, 2]);
});
