/**
 * Congestion episodes of the `v2` trace as a finite Markov chain, one step a minute, so that what
 * follows from a state can be summed instead of simulated.
 *
 * The buffer works with hysteresis. *Idle* until overload begins (a random minute), then *fill*: the
 * buffer fills at the class's own rate while the throughput still holds. When it is full, *onset*:
 * tail drop, windows collapse, throughput falls. *Hold*: the bottom, for a fixed time and then until
 * a random minute in which the overload ends. *Drain*: the backlog empties at the class's own rate
 * while the throughput is still down. When it is empty, *recovery*. So each fall and each return is
 * announced by the queue some time ahead, and where one queue length stands for two futures its
 * slope tells them apart.
 *
 * @module
 */

import { type Dynamics, smoothStep } from "./dynamics.ts";

/** One state of the chain. */
export interface EpisodeState {
  readonly phase: "idle" | "fill" | "onset" | "hold" | "drain" | "recovery";
  /** Share of the throughput lost in this minute. */
  readonly lost: number;
  /** Packets of the episode in the bottleneck's buffer. */
  readonly backlog: number;
  /** Retransmits a minute caused by early drops: overload shows before the buffer is full. */
  readonly earlyDrops: number;
  /** Where it goes in the next minute; the probabilities add up to 1. */
  readonly next: readonly { readonly state: number; readonly probability: number }[];
}

/** Early drops a minute in a fill, per unit of the class's depth. */
const EARLY_DROPS = 12;

/** The chain; state 0 is idle. */
export function episodeChain(dynamics: Dynamics): EpisodeState[] {
  const { onset, holdAtLeast, holdMore, recovery, buffer, idle } = dynamics;
  const states: EpisodeState[] = [];
  const starts: number[] = [];
  /** Appends a state that goes to the one after it. */
  const then = (state: Omit<EpisodeState, "next">) =>
    states.push({ ...state, next: [{ state: states.length + 1, probability: 1 }] });
  const relink = (next: EpisodeState["next"]) =>
    states[states.length - 1] = { ...states[states.length - 1]!, next };

  then({ phase: "idle", lost: 0, backlog: 0, earlyDrops: 0 });
  for (const { depth, fill, drain } of dynamics.episodes) {
    starts.push(states.length);
    for (let k = 1; k <= fill; k++) {
      const earlyDrops = EARLY_DROPS * depth;
      then({ phase: "fill", lost: 0, backlog: buffer * k / fill, earlyDrops });
    }
    for (let k = 1; k <= onset; k++) {
      then({ phase: "onset", lost: depth * smoothStep(k / onset), backlog: buffer, earlyDrops: 0 });
    }
    for (let k = 1; k <= holdAtLeast; k++) {
      then({ phase: "hold", lost: depth, backlog: buffer, earlyDrops: 0 });
    }
    relink([
      { state: states.length - 1, probability: 1 - 1 / holdMore },
      { state: states.length, probability: 1 / holdMore },
    ]);
    for (let k = 1; k <= drain; k++) {
      then({ phase: "drain", lost: depth, backlog: buffer * (1 - k / drain), earlyDrops: 0 });
    }
    for (let k = 1; k <= recovery; k++) {
      const lost = depth * (1 - smoothStep(k / recovery));
      then({ phase: "recovery", lost, backlog: 0, earlyDrops: 0 });
    }
    relink([{ state: 0, probability: 1 }]);
  }
  let shares = 0;
  for (const { share } of dynamics.episodes) shares += share;
  states[0] = {
    ...states[0]!,
    next: [
      { state: 0, probability: 1 - 1 / idle },
      ...dynamics.episodes.map(({ share }, i) => ({
        state: starts[i]!,
        probability: share / shares / idle,
      })),
    ],
  };
  return states;
}

/**
 * Walks the chain from idle.
 *
 * @param uniforms One draw from [0, 1) a row; row `i` decides the step from row `i` to the next.
 * @returns The state of each row.
 */
export function walkEpisodes(chain: readonly EpisodeState[], uniforms: Float64Array): Int32Array {
  const path = new Int32Array(uniforms.length);
  let state = 0;
  for (let i = 0; i < path.length; i++) {
    path[i] = state;
    const { next } = chain[state]!;
    let rest = uniforms[i]!;
    let choice = 0;
    while (choice < next.length - 1 && rest >= next[choice]!.probability) {
      rest -= next[choice]!.probability;
      choice++;
    }
    state = next[choice]!.state;
  }
  return path;
}

/**
 * Where the chain may be after `steps` minutes.
 *
 * @returns For each state the probability of each state that can be reached from it.
 */
export function episodesAhead(
  chain: readonly EpisodeState[],
  steps: number,
): ReadonlyMap<number, number>[] {
  let ahead = chain.map((_, state) => new Map([[state, 1]]));
  for (let step = 0; step < steps; step++) {
    ahead = chain.map(({ next }) => {
      const sum = new Map<number, number>();
      for (const { state, probability } of next) {
        for (const [end, mass] of ahead[state]!) {
          sum.set(end, (sum.get(end) ?? 0) + probability * mass);
        }
      }
      return sum;
    });
  }
  return ahead;
}
