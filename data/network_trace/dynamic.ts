/**
 * The `v2` trace: one link with cross traffic that has a day, a week, jobs and a wandering level, and
 * with congestion episodes. All mechanisms and units: `dynamics.ts` and `episodes.ts`.
 *
 * Throughput is what the link leaves to a transfer, so it is low when the link is busy (in `v1` it is
 * high then). Every field draws from its own child key, one draw a row, so a longer trace begins
 * with a shorter one.
 *
 * @module
 */

import { exp, integers, type Key, normal, poisson, uniform } from "assay";
import { traceClock } from "./clock.ts";
import {
  clipField,
  type LinkType,
  type NetworkTier,
  TRACE_TARGETS,
  type TraceColumns,
} from "./columns.ts";
import {
  bufferedPackets,
  type Dynamics,
  LINKS,
  PATH_TARGETS,
  plannedLoad,
  TIER_CAPS,
} from "./dynamics.ts";
import { episodeChain, walkEpisodes } from "./episodes.ts";
import { drawWords, zones } from "./words.ts";

/** Retransmits a minute that no measured loss explains: reordering, spurious timeouts. */
const SPURIOUS_RETRANSMITS = 3;

/** Standard deviation of the queue's measurement noise, packets. */
export const QUEUE_NOISE = 2;

/** Standard deviation of the logarithm of the window's measurement noise. */
const WINDOW_NOISE = 0.03;

/** What moved a `v2` trace and is in none of its columns. */
export interface HiddenStates {
  readonly dynamics: Dynamics;
  readonly link: LinkType;
  readonly tier: NetworkTier;
  /** Logarithm of the level that multiplies the planned load. */
  readonly level: Float64Array;
  /** Measurement noise of each target, in units of its standard deviation. */
  readonly noise: readonly Float64Array[];
  /** State of the episode chain. */
  readonly episode: Int32Array;
}

/** Standard deviations of the logarithmic noise in the order of `TRACE_TARGETS`. */
export function noiseScales({ noise }: Dynamics): readonly number[] {
  return [noise.throughput, noise.rtt, noise.loss, noise.jitter];
}

/** Draws the columns and what is hidden behind them. */
export function dynamicColumns(
  key: Key,
  rows: number,
  start: number,
  link: LinkType,
  tier: NetworkTier,
  dynamics: Dynamics,
): { columns: TraceColumns; hidden: HiddenStates } {
  const clock = traceClock(rows, start);
  const chain = episodeChain(dynamics);
  const episode = walkEpisodes(chain, uniform(key.key("episode"), rows));
  const level = autoregression(key.key("level"), rows, dynamics.levelPhi)
    .map((z) => dynamics.levelSd * z);
  const noise = TRACE_TARGETS.map((target) =>
    autoregression(key.key(`noise/${target}`), rows, dynamics.noisePhi)
  );
  const draw = {
    retransmits: poisson(key.key("retransmits"), rows, SPURIOUS_RETRANSMITS),
    window: normal(key.key("congestion_window"), rows, 0, WINDOW_NOISE),
    queue: normal(key.key("queue_depth"), rows, 0, QUEUE_NOISE),
    sent: uniform(key.key("bytes_tx"), rows, 0.95, 1.05),
    received: uniform(key.key("bytes_rx"), rows, 0.95, 1.05),
  };
  const { streams } = LINKS[link];
  const scales = noiseScales(dynamics);
  const field = () => new Float64Array(rows);
  const targets = TRACE_TARGETS.map(field);
  const window = field(), queue = field(), retransmits = field();
  const sent = field(), received = field(), hours = field();
  for (let i = 0; i < rows; i++) {
    hours[i] = clock.minute[i]! / 60;
    const { lost, backlog, earlyDrops } = chain[episode[i]!]!;
    const load = plannedLoad(dynamics, clock.minute[i]!, clock.weekday[i]!) * exp(level[i]!);
    const state = { load, lost, backlog };
    TRACE_TARGETS.forEach((target, j) => {
      const value = PATH_TARGETS[j]!(dynamics, LINKS[link], TIER_CAPS[tier], state);
      targets[j]![i] = clipField(target, value * exp(scales[j]! * noise[j]![i]!));
    });
    const t = targets[0]![i]!;
    // Mbit/s times ms is kbit; a segment of 1500 bytes is 12 of them.
    const segments = t * targets[1]![i]! / 12 / streams * exp(draw.window[i]!);
    window[i] = clipField("congestion_window", Math.trunc(segments));
    const packets = bufferedPackets(state) + draw.queue[i]!;
    queue[i] = clipField("queue_depth", Math.trunc(packets));
    retransmits[i] = Math.trunc(1000 * targets[2]![i]! + earlyDrops) + draw.retransmits[i]!;
    const bytes = t * 1e6 / 8 * 60 * draw.sent[i]!;
    sent[i] = Math.trunc(bytes);
    received[i] = Math.trunc(bytes * draw.received[i]!);
  }
  const constant = <T>(value: T) => Array.from({ length: rows }, () => value);
  const region = drawWords(key.key("region"), 1, "region");
  const columns: TraceColumns = {
    timestamp: clock.timestamp,
    region: constant(region[0]!),
    az: constant(zones(key.key("az"), region)[0]!),
    link_type: constant(link),
    node_id: field().fill(integers(key.key("node_id"), 1, 1000, 2000)[0]!),
    peer_id: field().fill(integers(key.key("peer_id"), 1, 2000, 3000)[0]!),
    rtt_ms: targets[1]!,
    jitter_ms: targets[3]!,
    throughput_mbps: targets[0]!,
    bytes_tx: sent,
    bytes_rx: received,
    packet_loss: targets[2]!,
    retransmits,
    congestion_window: window,
    queue_depth: queue,
    dwcp_mode: constant(drawWords(key.key("dwcp_mode"), 1, "dwcp_mode")[0]!),
    network_tier: constant(tier),
    transport_type: constant(drawWords(key.key("transport_type"), 1, "transport_type")[0]!),
    time_of_day: hours,
    day_of_week: Float64Array.from(clock.weekday),
    bandwidth_mbps: targets[0]!.slice(),
    latency_ms: targets[1]!.slice(),
  };
  return { columns, hidden: { dynamics, link, tier, level, noise, episode } };
}

/** A stationary first-order autoregression of mean 0, standard deviation 1 and correlation `phi`. */
function autoregression(key: Key, rows: number, phi: number): Float64Array {
  const shocks = normal(key, rows);
  const values = new Float64Array(rows);
  const fresh = Math.sqrt(1 - phi * phi);
  for (let i = 0; i < rows; i++) {
    values[i] = i === 0 ? shocks[0]! : phi * values[i - 1]! + fresh * shocks[i]!;
  }
  return values;
}
