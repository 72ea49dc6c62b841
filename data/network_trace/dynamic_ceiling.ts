/**
 * The best forecasts of a `v2` trace: functionals of the distribution of each target given
 * everything hidden at the window's end. A predictor that sees the window alone knows less.
 *
 * Given that state, the episode chain `horizon` steps on has a finite distribution (summed exactly),
 * the level is normal with mean φʰ x and variance sd² (1 − φ²ʰ) (a seven-point Gauss–Hermite rule),
 * and the measurement noise is log-normal (closed form). So a target is a finite mixture of
 * log-normals; its mean is a sum, its medians are roots of a monotone function. The clips to
 * `TRACE_RANGES` are not in it: with the parameters given they never bind (a test says so).
 *
 * @module
 */

import { exp, log, normalCdf, normalDensity } from "assay";
import { traceClock } from "./clock.ts";
import { TRACE_TARGETS } from "./columns.ts";
import type { Functionals } from "./functionals.ts";
import { type HiddenStates, noiseScales } from "./dynamic.ts";
import { LINKS, PATH_TARGETS, plannedLoad, TIER_CAPS } from "./dynamics.ts";
import { episodeChain, episodesAhead, type EpisodeState } from "./episodes.ts";
import { NORMAL_NODES } from "./normal_nodes.ts";

/** The one target that the backlog enters; for the others the states ahead differ less. */
const BACKLOG_TARGET = "rtt_ms";

/** A log-normal component: `weight` of it has the median exp(`log`). */
interface Component {
  readonly weight: number;
  readonly log: number;
}

/** What an episode may do to the path, with its probability. */
interface Outlook {
  readonly lost: number;
  readonly backlog: number;
  readonly probability: number;
}

/**
 * Makes the forecaster of a trace at a horizon.
 *
 * @returns A function of the row to forecast and the target's number.
 */
export function dynamicForecaster(
  hidden: HiddenStates,
  start: number,
  horizon: number,
): (row: number, target: number) => Functionals {
  const { dynamics, level, noise, episode } = hidden;
  const clock = traceClock(level.length, start);
  const link = LINKS[hidden.link];
  const cap = TIER_CAPS[hidden.tier];
  const chain = episodeChain(dynamics);
  const ends = episodesAhead(chain, horizon);
  const outlooks = TRACE_TARGETS.map((target) =>
    ends.map((ahead) => merged(chain, ahead, target === BACKLOG_TARGET))
  );
  const levelMemory = power(dynamics.levelPhi, horizon);
  const noiseMemory = power(dynamics.noisePhi, horizon);
  const levelSpread = dynamics.levelSd * Math.sqrt(1 - levelMemory * levelMemory);
  const spreads = noiseScales(dynamics)
    .map((scale) => scale * Math.sqrt(1 - noiseMemory * noiseMemory));

  return (row, target) => {
    const from = row - horizon;
    const known = noiseScales(dynamics)[target]! * noiseMemory * noise[target]![from]!;
    const planned = plannedLoad(dynamics, clock.minute[row]!, clock.weekday[row]!);
    const components: Component[] = [];
    for (const { node, weight } of NORMAL_NODES) {
      const load = planned * exp(levelMemory * level[from]! + levelSpread * node);
      for (const { lost, backlog, probability } of outlooks[target]![episode[from]!]!) {
        const value = PATH_TARGETS[target]!(dynamics, link, cap, { load, lost, backlog });
        components.push({ weight: weight * probability, log: log(value) + known });
      }
    }
    return logNormalFunctionals(components, spreads[target]!);
  };
}

/** The distinct outlooks among the states ahead, with their summed probabilities. */
function merged(
  chain: readonly EpisodeState[],
  ahead: ReadonlyMap<number, number>,
  withBacklog: boolean,
): readonly Outlook[] {
  const outlooks = new Map<string, Outlook>();
  for (const [state, mass] of ahead) {
    const lost = chain[state]!.lost;
    const backlog = withBacklog ? chain[state]!.backlog : 0;
    const same = `${lost} ${backlog}`;
    const probability = (outlooks.get(same)?.probability ?? 0) + mass;
    outlooks.set(same, { lost, backlog, probability });
  }
  return [...outlooks.values()];
}

/** Mean, median and relative median of a mixture of log-normals of one spread. */
export function logNormalFunctionals(
  components: readonly Component[],
  spread: number,
): Functionals {
  let mean = 0;
  for (const component of components) mean += component.weight * exp(component.log);
  // Weighting a log-normal density with 1 / y scales it by exp(s²/2 − log) and moves its log by −s².
  const relative = components.map(({ weight, log }) => ({
    weight: weight * exp(-log),
    log: log - spread * spread,
  }));
  return {
    mean: mean * exp(0.5 * spread * spread),
    median: exp(mixtureMedian(components, spread)),
    relativeMedian: exp(mixtureMedian(relative, spread)),
  };
}

/** Logarithms of medians are this exact; the next Newton step would square it. */
const TOLERANCE = 1e-8;

/** Median of a mixture of normals of one spread: Newton's method inside a bracket that halves. */
function mixtureMedian(components: readonly Component[], spread: number): number {
  let low = Infinity, high = -Infinity, total = 0, centre = 0;
  for (const { weight, log } of components) {
    if (log < low) low = log;
    if (log > high) high = log;
    total += weight;
    centre += weight * log;
  }
  let at = centre / total;
  for (let step = 0; step < 100 && high - low > TOLERANCE; step++) {
    let below = -0.5 * total, slope = 0;
    for (const { weight, log } of components) {
      const z = (at - log) / spread;
      below += weight * normalCdf(z);
      slope += weight * normalDensity(z) / spread;
    }
    if (below < 0) low = at;
    else high = at;
    const newton = at - below / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - at) < TOLERANCE) return next;
    at = next;
  }
  return at;
}

/** `base` to the power of a whole number. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result *= base;
  return result;
}
