/**
 * The documented generator (DWCP bandwidth predictor, `generate_dwcp_training_data.py`), field by
 * field: a level that depends on the hour and the weekend, and white noise on it. Presets `v1`
 * (noise as documented) and `lownoise` (the four noise terms of the targets times 0.10).
 *
 * Kept as it is, oddities included: the level steps at full hours; the business factor also holds at
 * weekends; bytes count 1024² bits to the megabit; link, tier, mode and transport affect nothing.
 * Not kept: the wall clock and the local zone (rows start where they are told to, in UTC) and
 * NumPy's generator (each field has its own child key, so the values differ while their
 * distribution does not).
 *
 * @module
 */

import { exponential, integers, type Key, normal, poisson, sin, uniform } from "assay";
import { traceClock } from "./clock.ts";
import { clipField, type TraceColumns } from "./columns.ts";
import { drawWords, zones } from "./words.ts";

/** The noise terms of the four targets, before the preset's factor. */
export const DOCUMENTED_NOISE = {
  /** Standard deviation of throughput, Mbit/s. */
  throughput: 50,
  /** Standard deviation of round-trip time, ms. */
  rtt: 5,
  /** Mean of the exponential part of jitter, ms. */
  jitter: 2,
  /** Mean of the exponential part of loss, a ratio. */
  loss: 0.001,
} as const;

/**
 * Level of the throughput, Mbit/s: (500 + 200 sin(2π hour / 24)) · business · weekend, where business
 * is 1.5 from 9 to 17 h (both included) and weekend is 0.7 on Saturday and Sunday.
 *
 * @param hour Whole hour, 0 to 23.
 * @param weekday Monday 0 to Sunday 6.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { baseThroughput } from "../network_trace.ts";
 *
 * assertAlmostEquals(baseThroughput(6, 0), 700, 1e-9);
 * assertAlmostEquals(baseThroughput(6, 5), 490, 1e-9);
 * ```
 */
export function baseThroughput(hour: number, weekday: number): number {
  const business = hour >= 9 && hour <= 17 ? 1.5 : 1;
  const weekend = weekday >= 5 ? 0.7 : 1;
  return (500 + 200 * sin(2 * Math.PI * hour / 24)) * business * weekend;
}

/**
 * Draws the columns.
 *
 * @param noise Factor on {@linkcode DOCUMENTED_NOISE}.
 */
export function documentedColumns(
  key: Key,
  rows: number,
  start: number,
  noise: number,
): TraceColumns {
  const clock = traceClock(rows, start);
  const field = () => new Float64Array(rows);
  const throughput = field(), rtt = field(), loss = field(), jitter = field();
  const window = field(), queue = field(), retransmits = field();
  const sent = field(), received = field(), hours = field();
  const draw = {
    throughput: normal(key.key("throughput_mbps"), rows, 0, noise * DOCUMENTED_NOISE.throughput),
    rtt: normal(key.key("rtt_ms"), rows, 0, noise * DOCUMENTED_NOISE.rtt),
    loss: exponential(key.key("packet_loss"), rows, noise * DOCUMENTED_NOISE.loss),
    jitter: exponential(key.key("jitter_ms"), rows, noise * DOCUMENTED_NOISE.jitter),
    retransmits: poisson(key.key("retransmits"), rows, 5),
    window: normal(key.key("congestion_window"), rows, 0, 100),
    queue: exponential(key.key("queue_depth"), rows, 10),
    sent: uniform(key.key("bytes_tx"), rows, 0.8, 1.2),
    received: uniform(key.key("bytes_rx"), rows, 0.9, 1.1),
  };
  for (let i = 0; i < rows; i++) {
    const hour = hours[i] = Math.floor(clock.minute[i]! / 60);
    // Each field reads the clipped values of those before it.
    const t = throughput[i] = clipField(
      "throughput_mbps",
      baseThroughput(hour, clock.weekday[i]!) + draw.throughput[i]!,
    );
    const r = rtt[i] = clipField(
      "rtt_ms",
      50 - (t - 500) / 20 + draw.rtt[i]!,
    );
    jitter[i] = clipField("jitter_ms", 0.1 * r + draw.jitter[i]!);
    const congestion = (1000 - t) / 1000;
    const l = loss[i] = clipField(
      "packet_loss",
      0.05 * congestion + draw.loss[i]!,
    );
    retransmits[i] = Math.trunc(1000 * l + draw.retransmits[i]!);
    // These two are truncated first and clipped after.
    window[i] = clipField("congestion_window", Math.trunc(2 * t + draw.window[i]!));
    queue[i] = clipField("queue_depth", Math.trunc(100 * congestion + draw.queue[i]!));
    const bytes = t * 1024 * 1024 / 8 * 60 * draw.sent[i]!;
    sent[i] = Math.trunc(bytes);
    received[i] = Math.trunc(bytes * draw.received[i]!);
  }
  const region = drawWords(key.key("region"), rows, "region");
  return {
    timestamp: clock.timestamp,
    region,
    az: zones(key.key("az"), region),
    link_type: drawWords(key.key("link_type"), rows, "link_type"),
    node_id: Float64Array.from(integers(key.key("node_id"), rows, 1000, 2000)),
    peer_id: Float64Array.from(integers(key.key("peer_id"), rows, 2000, 3000)),
    rtt_ms: rtt,
    jitter_ms: jitter,
    throughput_mbps: throughput,
    bytes_tx: sent,
    bytes_rx: received,
    packet_loss: loss,
    retransmits,
    congestion_window: window,
    queue_depth: queue,
    dwcp_mode: drawWords(key.key("dwcp_mode"), rows, "dwcp_mode"),
    network_tier: drawWords(key.key("network_tier"), rows, "network_tier"),
    transport_type: drawWords(key.key("transport_type"), rows, "transport_type"),
    time_of_day: hours,
    day_of_week: Float64Array.from(clock.weekday),
    bandwidth_mbps: throughput.slice(),
    latency_ms: rtt.slice(),
  };
}
