/**
 * What one environment showed and what was done in it, moment by moment, in a ring.
 *
 * @module
 */

import type { Resumable, SavedState, State } from "../train/state.ts";
import { writeStack } from "./frame_stacks.ts";
import { copyRow } from "./replay.ts";
import { Ring } from "./ring.ts";

/** Sizes of a moment. */
export interface MomentSizes {
  readonly stateSize: number;
  readonly actionSize: number;
  /** Pixels of a frame; 0 without a camera. */
  readonly pixels: number;
  /** Frames that make an image. */
  readonly stack: number;
}

/** What networks see of `n` moments. */
export interface Sights {
  /** Stacked frames, f32 `[n, frameSide, frameSide, stack]` in [-1, 1]; empty without a camera. */
  readonly images: Float32Array;
  /** f32 `[n, stateSize]`. */
  readonly vectors: Float32Array;
}

/** What was done at `n` moments, and what came of it. */
export interface Deeds {
  /** f32 `[n, actionSize]`. */
  readonly actions: Float32Array;
  /** f32 `[n]`. */
  readonly rewards: Float32Array;
  /** `[n]`: 1 where the episode ended and has no future; 0 also where it was broken off. */
  readonly terminals: Uint8Array;
}

// What followed on a moment: nothing, another moment of its episode that has a future, or one that has none.
const NOTHING = 0, WENT_ON = 1, TERMINAL = 2;

/**
 * The last moments of one environment, each with its frame, its state, and what was done then. The episodes lie
 * one behind another, each to its last moment, at which nothing was done any more.
 */
export class EpisodeRing implements Resumable {
  readonly #sizes: MomentSizes;
  readonly #ring: Ring;
  readonly #frames: Uint8Array;
  readonly #states: Float32Array;
  readonly #actions: Float32Array;
  readonly #rewards: Float32Array;
  readonly #outcomes: Uint8Array;
  /** Number of the episode. */
  readonly #episodes: Uint32Array;
  /** Number of the moment in its episode, from 0. */
  readonly #ages: Uint32Array;

  constructor(capacity: number, sizes: MomentSizes) {
    const { stateSize, actionSize, pixels } = sizes;
    this.#sizes = sizes;
    this.#ring = new Ring(capacity);
    this.#frames = new Uint8Array(capacity * pixels);
    this.#states = new Float32Array(capacity * stateSize);
    this.#actions = new Float32Array(capacity * actionSize);
    this.#rewards = new Float32Array(capacity);
    this.#outcomes = new Uint8Array(capacity);
    this.#episodes = new Uint32Array(capacity);
    this.#ages = new Uint32Array(capacity);
  }

  /** Moments in it. */
  get size(): number {
    return this.#ring.size;
  }

  /** Place of the newest moment. */
  get newest(): number {
    return this.#ring.newest;
  }

  /** Adds a moment that begins an episode: row `i` of states and frames. */
  begin(states: Float32Array, frames: Uint8Array, i: number): void {
    const episode = this.size === 0 ? 0 : this.#episodes[this.newest]! + 1;
    this.#add(states, frames, i, episode, 0);
  }

  /** Keeps what was done at the newest moment, row `i` of `deeds`, and adds the moment after it. */
  follow(deeds: Deeds, states: Float32Array, frames: Uint8Array, i: number): void {
    const at = this.newest;
    copyRow(deeds.actions, i, this.#actions, at, this.#sizes.actionSize);
    this.#rewards[at] = deeds.rewards[i]!;
    this.#outcomes[at] = deeds.terminals[i] === 1 ? TERMINAL : WENT_ON;
    this.#add(states, frames, i, this.#episodes[at]!, this.#ages[at]! + 1);
  }

  /** Whether something was done there and the frames of its image are all still in the ring. */
  isTransition(place: number): boolean {
    if (this.#outcomes[place] === NOTHING) return false;
    const episode = this.#episodes[place]!, age = this.#ages[place]!;
    for (let k = Math.min(age, this.#sizes.stack - 1); k > 0; k--) {
      const before = this.#before(place, k);
      if (this.#episodes[before] !== episode || this.#ages[before] !== age - k) return false;
    }
    return true;
  }

  /** The place after one where something was done. */
  after(place: number): number {
    return (place + 1) % this.#ring.capacity;
  }

  /** Writes what networks see of a moment into row `i`. */
  see(place: number, { images, vectors }: Sights, i: number): void {
    const { stateSize, pixels, stack } = this.#sizes;
    copyRow(this.#states, place, vectors, i, stateSize);
    if (pixels === 0) return;
    const age = this.#ages[place]!;
    const frames = Array.from({ length: stack }, (_, k) => {
      const at = this.#before(place, Math.min(age, stack - 1 - k));
      return this.#frames.subarray(at * pixels, (at + 1) * pixels);
    });
    writeStack(frames, images, i * pixels * stack);
  }

  /** Writes what was done at a moment into row `i`. */
  recall(place: number, { actions, rewards, terminals }: Deeds, i: number): void {
    copyRow(this.#actions, place, actions, i, this.#sizes.actionSize);
    rewards[i] = this.#rewards[place]!;
    terminals[i] = Number(this.#outcomes[place] === TERMINAL);
  }

  /** Views of the places that are taken. */
  state(): State {
    const rows = this.size;
    return {
      ...this.#ring.state(),
      ...Object.fromEntries(
        this.#arrays().map(([name, width, array]) => [
          name,
          { shape: [rows, width], data: array.subarray(0, rows * width) },
        ]),
      ),
    };
  }

  restore(saved: SavedState): void {
    this.#ring.restore(saved);
    for (const [name, , array] of this.#arrays()) {
      if (array instanceof Uint8Array) array.set(saved.array(name, Uint8Array));
      else if (array instanceof Uint32Array) array.set(saved.array(name, Uint32Array));
      else array.set(saved.floats(name));
    }
  }

  #add(states: Float32Array, frames: Uint8Array, i: number, episode: number, age: number): void {
    const { stateSize, pixels } = this.#sizes;
    const place = this.#ring.claim();
    copyRow(states, i, this.#states, place, stateSize);
    this.#frames.set(frames.subarray(i * pixels, (i + 1) * pixels), place * pixels);
    this.#outcomes[place] = NOTHING;
    this.#episodes[place] = episode;
    this.#ages[place] = age;
  }

  #before(place: number, steps: number): number {
    const { capacity } = this.#ring;
    return (place + capacity - steps) % capacity;
  }

  /** What is kept, by name, with its numbers a moment. */
  #arrays(): readonly [string, number, Float32Array | Uint8Array | Uint32Array][] {
    const { stateSize, actionSize, pixels } = this.#sizes;
    return [
      ["frames", pixels, this.#frames],
      ["states", stateSize, this.#states],
      ["actions", actionSize, this.#actions],
      ["rewards", 1, this.#rewards],
      ["outcomes", 1, this.#outcomes],
      ["episodes", 1, this.#episodes],
      ["ages", 1, this.#ages],
    ];
  }
}
