/**
 * The parameters of the `v2` trace, each with its unit, and the curves they draw.
 *
 * @module
 */

import { cos } from "assay";
import type { LinkType, NetworkTier } from "./columns.ts";

/** What a class of link sets. */
export interface Link {
  /** Bottleneck rate, Mbit/s. */
  readonly capacity: number;
  /** Round-trip time of an idle path, ms. */
  readonly baseRtt: number;
  /** Waiting in queues along the path, ms per unit of offered load. */
  readonly loadRtt: number;
  /** Bufferbloat upstream in an episode, ms per unit of {@linkcode impact}. */
  readonly episodeRtt: number;
  /** Jitter of an idle path, ms. */
  readonly baseJitter: number;
  /** Jitter of cross traffic, ms per unit of offered load. */
  readonly loadJitter: number;
  /** Jitter in an episode, ms per unit of {@linkcode impact}. */
  readonly episodeJitter: number;
  /** Parallel streams over which a transfer spreads its congestion window. */
  readonly streams: number;
}

/** Links by type: a data centre's own, across a city, across a country. */
export const LINKS: Readonly<Record<LinkType, Link>> = {
  dc: {
    capacity: 1000,
    baseRtt: 8,
    loadRtt: 3,
    episodeRtt: 11,
    baseJitter: 0.9,
    loadJitter: 0.6,
    episodeJitter: 2.5,
    streams: 1,
  },
  metro: {
    capacity: 800,
    baseRtt: 14,
    loadRtt: 5,
    episodeRtt: 18,
    baseJitter: 1.8,
    loadJitter: 1.2,
    episodeJitter: 5,
    streams: 1,
  },
  wan: {
    capacity: 500,
    baseRtt: 48,
    loadRtt: 12,
    episodeRtt: 40,
    baseJitter: 2.7,
    loadJitter: 1.8,
    episodeJitter: 7.5,
    streams: 4,
  },
};

/** Rate to which a tier's shaper bends the throughput down, Mbit/s. */
export const TIER_CAPS: Readonly<Record<NetworkTier, number>> = {
  Premium: 1000,
  Standard: 700,
  Economy: 400,
};

/** A class of congestion episode: the faster the buffer fills, the harder the collapse. */
export interface EpisodeClass {
  /** Relative frequency. */
  readonly share: number;
  /** Share of the throughput lost while it lasts. */
  readonly depth: number;
  /** Minutes in which the overload fills the buffer. */
  readonly fill: number;
  /** Minutes in which the backlog drains before the throughput recovers. */
  readonly drain: number;
}

/** A transfer that recurs every day. */
export interface Job {
  /** First and last minute of the day; between them the load is higher. */
  readonly from: number;
  readonly to: number;
  /** Minutes of its rise after `from` and of its fall before `to`. */
  readonly ramp: number;
  /** Offered load it adds at its height, in units of the bottleneck's capacity. */
  readonly load: number;
}

/** Everything that shapes a `v2` trace besides link and tier. */
export interface Dynamics {
  /** Offered load in the dead of night, in units of the bottleneck's capacity. */
  readonly nightLoad: number;
  /** What a working day adds at its peak, same unit. */
  readonly dayLoad: number;
  /** Share of `dayLoad` at weekends. */
  readonly weekend: number;
  readonly jobs: readonly Job[];
  /** Standard deviation of the logarithm of the level that multiplies the load. */
  readonly levelSd: number;
  /** Its correlation from one minute to the next. */
  readonly levelPhi: number;
  readonly episodes: readonly EpisodeClass[];
  /** Mean minutes between the end of a recovery and the next fill. */
  readonly idle: number;
  /** Minutes in which the throughput falls. */
  readonly onset: number;
  /** Minutes at the bottom after which the overload may end. */
  readonly holdAtLeast: number;
  /** From the last of them on, it ends each minute with probability 1 / holdMore. */
  readonly holdMore: number;
  /** Minutes in which the throughput comes back. */
  readonly recovery: number;
  /** Buffer of the bottleneck, packets. */
  readonly buffer: number;
  /** Loss of an idle path, a ratio: radio, policing, failing optics. */
  readonly baseLoss: number;
  /** Loss of cross traffic, per unit of squared utilisation. */
  readonly loadLoss: number;
  /** Loss in an episode, per unit of {@linkcode impact}. */
  readonly episodeLoss: number;
  /** Standard deviation of the logarithm of each target's noise. */
  readonly noise: { readonly [Target in "throughput" | "rtt" | "loss" | "jitter"]: number };
  /** Correlation of that noise from one minute to the next. */
  readonly noisePhi: number;
}

/** The dynamics of `v2`. How they were chosen: README.md of this folder. */
export const DYNAMICS: Dynamics = {
  nightLoad: 0.2,
  dayLoad: 1.6,
  weekend: 0.6,
  jobs: [
    { from: 90, to: 270, ramp: 45, load: 0.2 },
    { from: 690, to: 810, ramp: 30, load: 0.2 },
    { from: 1140, to: 1260, ramp: 30, load: 0.2 },
  ],
  levelSd: 0.1,
  levelPhi: 0.999,
  episodes: [
    { share: 0.34, depth: 0.24, fill: 36, drain: 20 },
    { share: 0.33, depth: 0.38, fill: 27, drain: 26 },
    { share: 0.33, depth: 0.52, fill: 20, drain: 32 },
  ],
  idle: 40,
  onset: 12,
  holdAtLeast: 10,
  holdMore: 10,
  recovery: 15,
  buffer: 150,
  baseLoss: 0.008,
  loadLoss: 0.012,
  episodeLoss: 0.014,
  noise: { throughput: 0.015, rtt: 0.012, loss: 0.02, jitter: 0.02 },
  noisePhi: 0.9,
};

/**
 * Offered load at level 1, in units of the bottleneck's capacity: the night's, the day's hump
 * ((1 − cos(2π (minute − 120) / 1440)) / 2)² with its trough at 02:00 and its peak at 14:00 (smooth,
 * and so small at midnight that the weekend begins and ends without a jump), and the jobs.
 *
 * @param minute Minute of the day.
 * @param weekday Monday 0 to Sunday 6.
 */
export function plannedLoad(dynamics: Dynamics, minute: number, weekday: number): number {
  const rise = (1 - cos(2 * Math.PI * (minute - 120) / 1440)) / 2;
  let load = dynamics.nightLoad +
    dynamics.dayLoad * (weekday >= 5 ? dynamics.weekend : 1) * rise * rise;
  for (const job of dynamics.jobs) {
    load += job.load * smoothStep((minute - job.from) / job.ramp) *
      smoothStep((job.to - minute) / job.ramp);
  }
  return load;
}

/** 0 below 0, 1 above 1, 3x² − 2x³ between. */
export function smoothStep(x: number): number {
  return x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x);
}

/** Packets that cross traffic keeps in the buffer at full utilisation. */
const CROSS_TRAFFIC_PACKETS = 20;

/** Packets in the bottleneck's buffer: the episode's backlog and cross traffic's own. */
export function bufferedPackets({ load, backlog }: PathState): number {
  return backlog + CROSS_TRAFFIC_PACKETS * utilisation(load);
}

/** What the path does in one minute before measurement noise. */
export interface PathState {
  /** Offered load, in units of the bottleneck's capacity. */
  readonly load: number;
  /** Share of the throughput lost to the episode, 0 to 1. */
  readonly lost: number;
  /** Packets the episode keeps in the bottleneck's buffer. */
  readonly backlog: number;
}

/** Share of the capacity that cross traffic carries: Erlang's loss formula with one server. */
function utilisation(load: number): number {
  return load / (1 + load);
}

/** How hard an episode hits: the lost share, the more the busier the path. */
function impact(load: number, lost: number): number {
  return lost * (0.5 + utilisation(load));
}

/**
 * The four targets without measurement noise, in the order of `TRACE_TARGETS`:
 *
 * - throughput: what cross traffic leaves, capacity / (1 + load), bent below the tier's cap C by
 *   x / (1 + (x / C)⁴)^¼, times 1 − lost;
 * - rtt: base + loadRtt · load + backlog · 12 kbit / capacity + episodeRtt · impact;
 * - loss: base + loadLoss · utilisation² + episodeLoss · impact;
 * - jitter: base + loadJitter · load + episodeJitter · impact.
 */
export const PATH_TARGETS: readonly ((
  dynamics: Dynamics,
  link: Link,
  cap: number,
  state: PathState,
) => number)[] = [
  (_, link, cap, { load, lost }) => {
    const free = link.capacity / (1 + load);
    const ratio = free / cap;
    return free / Math.sqrt(Math.sqrt(1 + ratio * ratio * ratio * ratio)) * (1 - lost);
  },
  (_, link, __, { load, lost, backlog }) =>
    link.baseRtt + link.loadRtt * load + backlog * 12 / link.capacity +
    link.episodeRtt * impact(load, lost),
  (dynamics, _, __, { load, lost }) =>
    dynamics.baseLoss + dynamics.loadLoss * utilisation(load) * utilisation(load) +
    dynamics.episodeLoss * impact(load, lost),
  (_, link, __, { load, lost }) =>
    link.baseJitter + link.loadJitter * load + link.episodeJitter * impact(load, lost),
];
