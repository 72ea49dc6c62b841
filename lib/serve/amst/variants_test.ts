/**
 * The documents' other stream counts, written down here only: that they contradict the one that is built is
 * a finding.
 */

import { assertEquals } from "@std/assert";
import { streamCount } from "./parameters.ts";

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** The prediction service's: the loss reduction comes after the bounds. */
function ofService(bandwidth: number, latency: number, loss: number): number {
  const streams = clamp(Math.floor(bandwidth / 20) - Math.floor(latency / 50), 2, 16);
  return loss > 0.02 ? Math.floor(3 * streams / 4) : streams;
}

/** The transport's. */
function ofTransport(bandwidth: number, latency: number): number {
  return clamp(Math.floor(bandwidth / (0.1 * latency)), 16, 256);
}

/** Bandwidth, latency, loss; then the service's documented value, the transport's and ours. */
const links = [
  [[200, 30, 0.01], [10, 66, 20]],
  [[30, 200, 0.03], [1, 16, 2]],
  [[1000, 10, 0], [16, 256, 130]],
  [[400, 120, 0.05], [12, 33, 21]],
] as const;

for (const [[bandwidthMbps, latencyMs, packetLoss], expected] of links) {
  Deno.test(`three documented stream counts contradict each other at ${bandwidthMbps} Mbit/s, ${latencyMs} ms`, () => {
    assertEquals(
      [
        ofService(bandwidthMbps, latencyMs, packetLoss),
        ofTransport(bandwidthMbps, latencyMs),
        streamCount({ bandwidthMbps, latencyMs, packetLoss }),
      ],
      [...expected],
    );
  });
}
