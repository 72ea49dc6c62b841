/**
 * A forecaster of `v2` that knows the generator but sees only a window, like a model: evidence that
 * the ceiling of `dynamic_ceiling.ts`, which knows the hidden states, is within a window's reach.
 * Nothing in it is trained.
 *
 * Bayes' rule over a grid of levels times the states of the episode chain. Two simplifications make
 * it a little worse than the best filter: the level counts as constant within the window, and the
 * autocorrelated noise of the targets as independent with three times its spread.
 *
 * @module
 */

import { exp, log } from "assay";
import { TRACE_TARGETS } from "./columns.ts";
import { noiseScales, QUEUE_NOISE } from "./dynamic.ts";
import {
  bufferedPackets,
  type Dynamics,
  LINKS,
  PATH_TARGETS,
  plannedLoad,
  TIER_CAPS,
} from "./dynamics.ts";
import { episodeChain, episodesAhead, type EpisodeState } from "./episodes.ts";
import type { NetworkTrace } from "./trace.ts";

/** Levels of the grid, from −3 to 3 standard deviations. */
const LEVELS = 25;

/** Factor on the noise's spread that stands for its autocorrelation. */
const CORRELATION_FACTOR = 3;

/** Posterior masses below this are dropped. */
const NEGLIGIBLE = 1e-8;

/**
 * Forecasts of the four targets by conditional mean.
 *
 * @param starts First rows of the windows.
 * @param window Rows seen.
 * @param horizon Rows from the last one seen to the one forecast.
 * @returns `[windows, 4]` f64, row-major.
 */
export function filterForecasts(
  trace: NetworkTrace,
  starts: Int32Array,
  window: number,
  horizon: number,
): Float64Array {
  if (trace.hidden.kind !== "dynamic") {
    throw new TypeError(`Cannot filter a ${trace.preset} trace: only v2 has states to infer`);
  }
  const { dynamics, link: linkType, tier } = trace.hidden.states;
  const link = LINKS[linkType], cap = TIER_CAPS[tier];
  const chain = episodeChain(dynamics);
  const ahead = episodesAhead(chain, horizon);
  const prior = stationary(chain);
  const { time_of_day: hours, day_of_week: weekdays, queue_depth: queue } = trace.columns;
  const planned = (row: number) =>
    plannedLoad(dynamics, Math.round(hours[row]! * 60), weekdays[row]!);
  const spreads = noiseScales(dynamics).map((scale) => CORRELATION_FACTOR * scale);

  /** Log-likelihood of a row's targets and queue. */
  const likelihood = (row: number, load: number, { lost, backlog }: EpisodeState) => {
    const state = { load, lost, backlog };
    // The queue was truncated: its middle is half a packet up.
    const z = (queue[row]! + 0.5 - bufferedPackets(state)) / QUEUE_NOISE;
    let sum = -0.5 * z * z;
    PATH_TARGETS.forEach((target, j) => {
      const seen = trace.columns[TRACE_TARGETS[j]!][row]!;
      const error = log(seen / target(dynamics, link, cap, state)) / spreads[j]!;
      sum -= 0.5 * error * error;
    });
    return sum;
  };

  const width = TRACE_TARGETS.length;
  const forecasts = new Float64Array(starts.length * width);
  starts.forEach((start, w) => {
    const target = start + window - 1 + horizon;
    const posteriors = levelGrid(dynamics).map(({ factor, logPrior }) => {
      const evidence = (row: number) => (state: EpisodeState) =>
        likelihood(row, planned(row) * factor, state);
      const { belief, logEvidence } = forward(chain, prior, start, window, evidence);
      return { factor, belief, logMass: logPrior + logEvidence };
    });
    const most = Math.max(...posteriors.map(({ logMass }) => logMass));
    let total = 0;
    for (const { logMass } of posteriors) total += exp(logMass - most);
    for (const { factor, belief, logMass } of posteriors) {
      const mass = exp(logMass - most) / total;
      if (mass < NEGLIGIBLE) continue;
      const load = planned(target) * factor;
      belief.forEach((probability, state) => {
        if (probability < NEGLIGIBLE) return;
        for (const [end, reach] of ahead[state]!) {
          const { lost, backlog } = chain[end]!;
          for (let j = 0; j < width; j++) {
            forecasts[w * width + j]! += mass * probability * reach *
              PATH_TARGETS[j]!(dynamics, link, cap, { load, lost, backlog });
          }
        }
      });
    }
  });
  return forecasts;
}

function levelGrid({ levelSd }: Dynamics): { factor: number; logPrior: number }[] {
  return Array.from({ length: LEVELS }, (_, i) => {
    const z = -3 + 6 * i / (LEVELS - 1);
    return { factor: exp(levelSd * z), logPrior: -0.5 * z * z };
  });
}

/** The belief about the chain's state in a window's last row, and the log-evidence of its rows. */
function forward(
  chain: readonly EpisodeState[],
  prior: Float64Array,
  start: number,
  window: number,
  evidence: (row: number) => (state: EpisodeState) => number,
): { belief: Float64Array; logEvidence: number } {
  let belief = prior.slice();
  let logEvidence = 0;
  for (let row = start; row < start + window; row++) {
    if (row > start) belief = step(chain, belief);
    const weigh = evidence(row);
    const logs = belief.map((mass, state) => mass > 0 ? weigh(chain[state]!) : -Infinity);
    let most = -Infinity;
    for (const value of logs) if (value > most) most = value;
    let total = 0;
    for (let state = 0; state < belief.length; state++) {
      total += belief[state] = belief[state]! * exp(logs[state]! - most);
    }
    for (let state = 0; state < belief.length; state++) belief[state]! /= total;
    logEvidence += most + log(total);
  }
  return { belief, logEvidence };
}

function step(chain: readonly EpisodeState[], belief: Float64Array): Float64Array<ArrayBuffer> {
  const after = new Float64Array(belief.length);
  belief.forEach((mass, from) => {
    if (mass === 0) return;
    for (const { state, probability } of chain[from]!.next) after[state]! += probability * mass;
  });
  return after;
}

/** The chain's long-run distribution, by steps enough that the start is forgotten. */
function stationary(chain: readonly EpisodeState[]): Float64Array {
  let belief = new Float64Array(chain.length).fill(1 / chain.length);
  for (let i = 0; i < 2000; i++) belief = step(chain, belief);
  return belief;
}
