/**
 * From a link's forecast to the parameters of a transfer over parallel streams.
 *
 * @module
 */

/** What is forecast of a link. */
export interface LinkForecast {
  readonly bandwidthMbps: number;
  readonly latencyMs: number;
  /** Ratio, 0 to 1. */
  readonly packetLoss: number;
  readonly jitterMs: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** Unix seconds: the moment it is about. */
  readonly validUntil: number;
}

/** How a transfer is cut and paced. */
export interface TransferParameters {
  /** Parallel streams. */
  readonly streams: number;
  /** Bytes of a stream's buffer. */
  readonly bufferBytes: number;
  /** Bytes sent at a time. */
  readonly chunkBytes: number;
  /** 95 % of the forecast bandwidth, bytes a second. */
  readonly pacingBytesPerSecond: number;
  /** Buffer times streams. */
  readonly windowBytes: number;
  /** What they follow from, in words. */
  readonly reason: string;
}

const STREAMS = [2, 256] as const;
const BUFFER_BYTES = [16_384, 1_048_576] as const;
const CHUNK_BYTES = [8_192, 131_072] as const;

/**
 * Streams for a link: ⌊B/10⌋, times 0.7 above 100 ms of latency or 1.3 below 20 ms, three quarters of that
 * when more than 1 % is lost; then, last of all, held within 2 to 256. Each step is rounded down.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(streamCount({ bandwidthMbps: 950, latencyMs: 120, packetLoss: 0.03 }), 49);
 * assertEquals(streamCount({ bandwidthMbps: 5, latencyMs: 150, packetLoss: 0.05 }), 2);
 * ```
 */
export function streamCount(
  { bandwidthMbps, latencyMs, packetLoss }: Pick<
    LinkForecast,
    "bandwidthMbps" | "latencyMs" | "packetLoss"
  >,
): number {
  const base = Math.floor(bandwidthMbps / 10);
  // In tenths: 90 × 0.7 is less than 63 in binary floating point.
  const tenths = latencyMs > 100 ? 7 : latencyMs < 20 ? 13 : 10;
  const reached = Math.floor(base * tenths / 10);
  return clamp(packetLoss > 0.01 ? Math.floor(3 * reached / 4) : reached, STREAMS);
}

/**
 * The documented parameters for a forecast. Numbers below 0 count as 0.
 *
 * @throws {RangeError} When a quantity is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const link = { bandwidthMbps: 100, latencyMs: 10, packetLoss: 0.01, jitterMs: 2 };
 * const { streams, bufferBytes, chunkBytes } = transferParameters(link);
 * assertEquals([streams, bufferBytes, chunkBytes], [13, 150_000, 11_538]);
 * ```
 */
export function transferParameters(
  link: Omit<LinkForecast, "confidence" | "validUntil">,
): TransferParameters {
  const [bandwidthMbps, latencyMs, packetLoss, jitterMs] = [
    link.bandwidthMbps,
    link.latencyMs,
    link.packetLoss,
    link.jitterMs,
  ].map((value) => {
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `Cannot choose parameters for ${JSON.stringify(link)}: finite numbers only`,
      );
    }
    return Math.max(0, value);
  }) as [number, number, number, number];
  const streams = streamCount({ bandwidthMbps, latencyMs, packetLoss });
  const bytesPerSecond = bandwidthMbps * 1e6 / 8;
  const bandwidthDelay = Math.floor(bytesPerSecond * latencyMs / 1000);
  const jitterAllowance = Math.floor(jitterMs * bytesPerSecond / 1000);
  const bufferBytes = clamp(bandwidthDelay + jitterAllowance, BUFFER_BYTES);
  const share = Math.floor(bufferBytes / streams);
  return {
    streams,
    bufferBytes,
    chunkBytes: clamp(packetLoss > 0.02 ? Math.floor(share / 2) : share, CHUNK_BYTES),
    pacingBytesPerSecond: pacing(bandwidthMbps),
    windowBytes: bufferBytes * streams,
    reason: `${short(bandwidthMbps)} Mbit/s, ${short(latencyMs)} ms${
      latencyMs > 100 ? " (long: fewer streams)" : latencyMs < 20 ? " (short: more streams)" : ""
    }, ${short(100 * packetLoss)} % lost${
      packetLoss > 0.02
        ? " (fewer streams, half chunks)"
        : packetLoss > 0.01
        ? " (fewer streams)"
        : ""
    }, jitter ${short(jitterMs)} ms`,
  };
}

/** 95 % of a bandwidth in bytes a second, rounded down. */
export function pacing(bandwidthMbps: number): number {
  return Math.floor(95 * Math.max(0, bandwidthMbps) * 1e6 / 800);
}

function clamp(value: number, [least, most]: readonly [number, number]): number {
  return Math.min(most, Math.max(least, value));
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
