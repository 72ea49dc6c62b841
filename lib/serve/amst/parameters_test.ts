import { assertEquals, assertThrows } from "@std/assert";
import { streamCount, transferParameters } from "./parameters.ts";

/** The documented table: B, L, p, J, then streams, buffer, chunk, pacing, window. */
const golden = [
  [[100, 10, 0.01, 2], [13, 150_000, 11_538, 11_875_000, 1_950_000]],
  [[500, 50, 0.015, 5], [37, 1_048_576, 28_339, 59_375_000, 38_797_312]],
  [[5, 150, 0.05, 10], [2, 100_000, 25_000, 593_750, 200_000]],
  [[1000, 15, 0, 1], [130, 1_048_576, 8_192, 118_750_000, 136_314_880]],
  [[950, 120, 0.03, 8], [49, 1_048_576, 10_699, 112_812_500, 51_380_224]],
  [[60, 30, 0, 3], [6, 247_500, 41_250, 7_125_000, 1_485_000]],
] as const;

for (const [[bandwidthMbps, latencyMs, packetLoss, jitterMs], expected] of golden) {
  Deno.test(`\`transferParameters\` gives the documented values at ${bandwidthMbps} Mbit/s, ${latencyMs} ms`, () => {
    const found = transferParameters({ bandwidthMbps, latencyMs, packetLoss, jitterMs });
    const { streams, bufferBytes, chunkBytes, pacingBytesPerSecond, windowBytes } = found;
    assertEquals(
      [streams, bufferBytes, chunkBytes, pacingBytesPerSecond, windowBytes],
      [...expected],
    );
  });
}

const streams = (bandwidthMbps: number, latencyMs = 50, packetLoss = 0) =>
  streamCount({ bandwidthMbps, latencyMs, packetLoss });

Deno.test("`streamCount` changes beyond its thresholds, not at them", () => {
  assertEquals([streams(100, 100), streams(100, 100.1)], [10, 7]);
  assertEquals([streams(100, 20), streams(100, 19.9)], [10, 13]);
  assertEquals([streams(100, 50, 0.01), streams(100, 50, 0.011)], [10, 7]);
});

Deno.test("`streamCount` holds its bounds after the loss reduction", () => {
  assertEquals([streams(20, 50, 0.5), streams(0), streams(29, 50, 0.5)], [2, 2, 2]);
  assertEquals([streams(1e9), streams(3000, 50, 0.5)], [256, 225]);
});

Deno.test("`streamCount` takes 0.7 for seven tenths, as binary floating point does not", () => {
  assertEquals([streams(900, 120), Math.floor(90 * 0.7)], [63, 62]);
});

Deno.test("`transferParameters` takes numbers below 0 for 0 and refuses what is not finite", () => {
  const link = { bandwidthMbps: -3, latencyMs: -1, packetLoss: -0.01, jitterMs: -1 };
  const { streams, bufferBytes, chunkBytes, pacingBytesPerSecond } = transferParameters(link);
  assertEquals([streams, bufferBytes, chunkBytes, pacingBytesPerSecond], [2, 16_384, 8192, 0]);
  assertThrows(() => transferParameters({ ...link, jitterMs: NaN }), RangeError, "finite");
});
