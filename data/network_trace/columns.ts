/**
 * The columns of a network trace: their names, order, units and vocabularies.
 *
 * @module
 */

import type { Quantity } from "assay";

/** The four targets, in the order of every array with one column a target. */
export const TRACE_TARGETS = ["throughput_mbps", "rtt_ms", "packet_loss", "jitter_ms"] as const;

/** Units of {@linkcode TRACE_TARGETS}; loss is a ratio. */
export const TRACE_TARGET_UNITS = ["Mbit/s", "ms", "", "ms"] as const;

/** The nine features of the documented predictor, in its order. */
export const TRACE_FEATURES = [
  "throughput_mbps",
  "rtt_ms",
  "packet_loss",
  "jitter_ms",
  "time_of_day",
  "day_of_week",
  "congestion_window",
  "queue_depth",
  "retransmits",
] as const;

/** {@linkcode TRACE_FEATURES} with their units (none for ratios and counts) and what no link can exceed. */
export const TRACE_QUANTITIES: readonly Quantity[] = [
  { name: "throughput_mbps", unit: "Mbit/s", atLeast: 0 },
  { name: "rtt_ms", unit: "ms", atLeast: 0 },
  { name: "packet_loss", unit: "", atLeast: 0, atMost: 1 },
  { name: "jitter_ms", unit: "ms", atLeast: 0 },
  { name: "time_of_day", unit: "h", atLeast: 0, atMost: 24 },
  { name: "day_of_week", unit: "", atLeast: 0, atMost: 6 },
  { name: "congestion_window", unit: "", atLeast: 0 },
  { name: "queue_depth", unit: "", atLeast: 0 },
  { name: "retransmits", unit: "", atLeast: 0 },
];

/** The 22 columns of a trace in the order of its CSV file. */
export const TRACE_COLUMNS = [
  "timestamp",
  "region",
  "az",
  "link_type",
  "node_id",
  "peer_id",
  "rtt_ms",
  "jitter_ms",
  "throughput_mbps",
  "bytes_tx",
  "bytes_rx",
  "packet_loss",
  "retransmits",
  "congestion_window",
  "queue_depth",
  "dwcp_mode",
  "network_tier",
  "transport_type",
  "time_of_day",
  "day_of_week",
  "bandwidth_mbps",
  "latency_ms",
] as const;

/** A target's name. */
export type TraceTarget = typeof TRACE_TARGETS[number];

/** A column's name. */
export type TraceColumn = typeof TRACE_COLUMNS[number];

/** Columns that hold text. */
export type TraceTextColumn =
  | "region"
  | "az"
  | "link_type"
  | "dwcp_mode"
  | "network_tier"
  | "transport_type";

/** The columns of a trace: text as strings, all else as `Float64Array`, one value a row. */
export type TraceColumns = {
  readonly [Name in TraceColumn]: Name extends TraceTextColumn ? readonly string[] : Float64Array;
};

/** A vocabulary with the probability of each word. */
export interface Vocabulary<Word extends string = string> {
  readonly words: readonly Word[];
  readonly probabilities: readonly number[];
}

/** Classes of link, from the shortest to the longest. */
export type LinkType = "dc" | "metro" | "wan";

/** Tiers of service, from the dearest. */
export type NetworkTier = "Premium" | "Standard" | "Economy";

/** Words and probabilities of the text columns, as the documented generator draws them. */
export const VOCABULARY = {
  region: vocabulary({
    "us-east-1": 0.25,
    "us-west-2": 0.25,
    "eu-west-1": 0.25,
    "ap-southeast-1": 0.25,
  }),
  zone: vocabulary({ a: 1 / 3, b: 1 / 3, c: 1 / 3 }),
  link_type: vocabulary<LinkType>({ dc: 0.4, metro: 0.4, wan: 0.2 }),
  network_tier: vocabulary<NetworkTier>({ Premium: 0.3, Standard: 0.5, Economy: 0.2 }),
  dwcp_mode: vocabulary({ standard: 0.5, turbo: 0.3, reliable: 0.2 }),
  transport_type: vocabulary({ tcp: 0.6, quic: 0.3, udp: 0.1 }),
} as const;

/** Closed ranges of the measured fields, the same in every preset. */
export const TRACE_RANGES = {
  throughput_mbps: [10, 1000],
  rtt_ms: [5, 150],
  packet_loss: [0, 0.1],
  jitter_ms: [0.1, 20],
  congestion_window: [100, 2000],
  queue_depth: [0, 200],
} as const;

/** `value` held inside the range of a field. */
export function clipField(field: keyof typeof TRACE_RANGES, value: number): number {
  const [low, high] = TRACE_RANGES[field];
  return value < low ? low : value > high ? high : value;
}

function vocabulary<Word extends string>(shares: Record<Word, number>): Vocabulary<Word> {
  return {
    words: Object.keys(shares) as Word[],
    probabilities: Object.values(shares),
  };
}
