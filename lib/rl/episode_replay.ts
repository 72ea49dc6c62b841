/**
 * The memory of an agent with continuous actions: what was seen is kept once, in its order, and what a network
 * sees of it is put together when it is drawn.
 *
 * @module
 */

import { integers } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { type Resumable, type SavedState, type State, together } from "../train/state.ts";
import type { ContinuousEnvironment } from "./environment.ts";
import { type Deeds, EpisodeRing, type MomentSizes, type Sights } from "./episode_ring.ts";
import { refuseNotFinite } from "./replay.ts";

/** What environments show at one moment. */
export interface Scene {
  /** f32 `[count, stateSize]`. */
  readonly states: Float32Array;
  /** u8 `[count, frameSide, frameSide]`; empty without a camera. */
  readonly frames: Uint8Array;
}

/** Transitions row by row. */
export interface ContinuousTransitions extends Deeds {
  readonly seen: Sights;
  /** What was seen then; of no meaning where the episode ended. */
  readonly next: Sights;
}

/** Settings of {@linkcode EpisodeReplay}. */
export interface EpisodeReplayOptions {
  /** Moments that are remembered, as many of each environment. */
  readonly capacity: number;
  /** Frames that make an image. Default 4. */
  readonly stack?: number;
}

/** Rounds of draws after which there seems to be nothing to draw. */
const MOST_ROUNDS = 1000;

/**
 * A ring buffer of the moments of each environment. A frame is single bytes and stands there once, though it is
 * part of as many as eight images: an image is put together of the last frames of its episode, at whose start the
 * first stands in for those before it. An episode takes one moment more than it has transitions, its last.
 *
 * Its state are views of what it holds, not copies. A checkpoint takes as much room on disk as it in memory:
 * 0.73 GB for 100,000 moments of 84 × 84 pixels and 53 numbers.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const sizes = { count: 1, stateSize: 1, actionSize: 1, frameSide: 1 };
 * const replay = new EpisodeReplay(sizes, { capacity: 9, stack: 2 });
 * const scene = (state: number, level: number) => (
 *   { states: Float32Array.of(state), frames: Uint8Array.of(level) }
 * );
 * const deeds = { actions: Float32Array.of(0.5), rewards: Float32Array.of(2), terminals: Uint8Array.of(0) };
 * replay.begin(scene(1, 0), Uint8Array.of(1));
 * replay.add(deeds, scene(3, 255));
 * const { seen, next, rewards } = replay.sample(rootKey(1), 1);
 * assertEquals([seen.vectors, next.vectors, rewards].map(([x]) => x), [1, 3, 2]);
 * assertEquals([...seen.images, ...next.images], [-1, -1, -1, 1]);
 * ```
 */
export class EpisodeReplay implements Resumable {
  readonly #rings: readonly EpisodeRing[];
  readonly #sizes: MomentSizes;
  readonly #parts: Resumable;

  /** @throws {RangeError} When there is no room for an image and what follows it. */
  constructor(
    environment: Pick<
      ContinuousEnvironment,
      "count" | "stateSize" | "actionSize" | "frameSide"
    >,
    { capacity, stack = 4 }: EpisodeReplayOptions,
  ) {
    const { count, stateSize, actionSize, frameSide } = environment;
    const own = Math.floor(capacity / count);
    if (!(own > stack)) {
      throw new RangeError(
        `Cannot remember ${capacity} moments of ${count} environments: each needs more than the ${stack} ` +
          `of an image, ${(stack + 1) * count} in all`,
      );
    }
    this.#sizes = { stateSize, actionSize, pixels: frameSide * frameSide, stack };
    this.#rings = Array.from({ length: count }, () => new EpisodeRing(own, this.#sizes));
    this.#parts = together(Object.fromEntries(this.#rings.map((ring, i) => [`${i}`, ring])));
  }

  /** Moments in it. */
  get size(): number {
    return this.#rings.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Begins episodes.
   *
   * @param fresh `[count]`: 1 where one begins with this scene.
   * @throws {RangeError} When a number is not finite; nothing is begun then.
   */
  begin({ states, frames }: Scene, fresh: Uint8Array): void {
    refuseNotFinite("state", states, this.#sizes.stateSize);
    this.#rings.forEach((ring, i) => {
      if (fresh[i] === 1) ring.begin(states, frames, i);
    });
  }

  /**
   * Adds what was done in each environment at its newest moment, and what was seen then.
   *
   * @throws {RangeError} When a number is not finite: nothing could be learned from it but nonsense. Nothing is
   * added then.
   */
  add(deeds: Deeds, { states, frames }: Scene): void {
    refuseNotFinite("reward", deeds.rewards, 1);
    refuseNotFinite("next state", states, this.#sizes.stateSize);
    this.#rings.forEach((ring, i) => ring.follow(deeds, states, frames, i));
  }

  /** What networks see of the newest moment of each environment. */
  newest(): Sights {
    const sights = this.#sights(this.#rings.length);
    this.#rings.forEach((ring, i) => ring.see(ring.newest, sights, i));
    return sights;
  }

  /**
   * A minibatch, uniform with replacement over the transitions whose images are whole.
   *
   * @param key The same key gives the same transitions.
   * @returns `n` transitions in new arrays: a backend may keep them until it needs them.
   * @throws {RangeError} When there is none.
   */
  sample(key: Key, n: number): ContinuousTransitions {
    const drawn = {
      seen: this.#sights(n),
      actions: new Float32Array(n * this.#sizes.actionSize),
      rewards: new Float32Array(n),
      terminals: new Uint8Array(n),
      next: this.#sights(n),
    };
    const { size } = this;
    let i = 0;
    // What cannot be drawn is drawn again: the last moments of episodes, and the oldest of a full ring.
    for (let round = 0; i < n; round++) {
      if (size === 0 || i === 0 && round === MOST_ROUNDS) {
        throw new RangeError(
          `Cannot draw from a memory of ${size} moments without a transition: add some first, or give it a ` +
            `larger capacity`,
        );
      }
      for (const moment of integers(key.at(round), n, 0, size)) {
        const [ring, place] = this.#placeOf(moment);
        if (i === n || !ring.isTransition(place)) continue;
        ring.see(place, drawn.seen, i);
        ring.see(ring.after(place), drawn.next, i);
        ring.recall(place, drawn, i++);
      }
    }
    return drawn;
  }

  state(): State {
    return this.#parts.state();
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
  }

  /** Of the moments of all environments, one behind another. */
  #placeOf(moment: number): [EpisodeRing, number] {
    let place = moment, i = 0;
    while (place >= this.#rings[i]!.size) place -= this.#rings[i++]!.size;
    return [this.#rings[i]!, place];
  }

  #sights(n: number): Sights {
    const { stateSize, pixels, stack } = this.#sizes;
    return {
      images: new Float32Array(n * pixels * stack),
      vectors: new Float32Array(n * stateSize),
    };
  }
}
