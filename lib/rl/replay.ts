/**
 * The memory of an agent that learns off-policy: its last transitions, in typed arrays.
 *
 * @module
 */

import type { Key } from "../random/key.ts";
import type { Resumable, SavedState, State } from "../train/state.ts";
import { Ring } from "./ring.ts";

/** Transitions row by row: what was seen and done, and what came of it. */
export interface Transitions {
  /** f32 `[n, stateSize]`. */
  readonly states: Float32Array;
  /** `[n]`. */
  readonly actions: Int32Array;
  /** f32 `[n]`. */
  readonly rewards: Float32Array;
  /** f32 `[n, stateSize]`; of no meaning where the episode is done. */
  readonly nextStates: Float32Array;
  /** `[n]`: 1 where the episode ended. */
  readonly dones: Uint8Array;
}

/**
 * A ring buffer of transitions.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const replay = new Replay({ capacity: 100, stateSize: 2 });
 * replay.add({
 *   states: Float32Array.of(1, 2),
 *   actions: Int32Array.of(3),
 *   rewards: Float32Array.of(0.5),
 *   nextStates: Float32Array.of(4, 5),
 *   dones: Uint8Array.of(0),
 * });
 * const { nextStates, actions } = replay.sample(rootKey(1).at(0), 2);
 * assertEquals([...nextStates, ...actions], [4, 5, 4, 5, 3, 3]);
 * ```
 */
export class Replay implements Resumable {
  readonly #ring: Ring;
  readonly #stateSize: number;
  readonly #kept: Transitions;

  /** @throws {RangeError} When the capacity is not a positive integer. */
  constructor(
    { capacity, stateSize }: { readonly capacity: number; readonly stateSize: number },
  ) {
    this.#ring = new Ring(capacity);
    this.#stateSize = stateSize;
    this.#kept = transitions(capacity, stateSize);
  }

  /** Transitions in it. */
  get size(): number {
    return this.#ring.size;
  }

  /**
   * Adds transitions, in place of the oldest where it is full.
   *
   * @throws {RangeError} When a number is not finite: nothing could be learned from it but nonsense. None of
   * the transitions is added then.
   */
  add(added: Transitions): void {
    const { states, actions, rewards, nextStates, dones } = added;
    const kept = this.#kept, width = this.#stateSize;
    refuseNotFinite("state", states, width);
    refuseNotFinite("reward", rewards, 1);
    refuseNotFinite("next state", nextStates, width);
    for (let i = 0; i < actions.length; i++) {
      const place = this.#ring.claim();
      copyRow(states, i, kept.states, place, width);
      copyRow(nextStates, i, kept.nextStates, place, width);
      kept.actions[place] = actions[i]!;
      kept.rewards[place] = rewards[i]!;
      kept.dones[place] = dones[i]!;
    }
  }

  /**
   * A minibatch, uniform with replacement.
   *
   * @param key The same key gives the same transitions.
   * @returns `n` transitions in new arrays: a backend may keep them until it needs them.
   * @throws {RangeError} When nothing has been added.
   */
  sample(key: Key, n: number): Transitions {
    const kept = this.#kept, width = this.#stateSize;
    const places = this.#ring.draw(key, n);
    const drawn = transitions(n, width);
    for (let i = 0; i < n; i++) {
      const place = places[i]!;
      copyRow(kept.states, place, drawn.states, i, width);
      copyRow(kept.nextStates, place, drawn.nextStates, i, width);
      drawn.actions[i] = kept.actions[place]!;
      drawn.rewards[i] = kept.rewards[place]!;
      drawn.dones[i] = kept.dones[place]!;
    }
    return drawn;
  }

  /** The places that are taken, and the ring's. */
  state(): State {
    const { size } = this, width = this.#stateSize, kept = this.#kept;
    return {
      ...this.#ring.state(),
      states: { shape: [size, width], data: kept.states.subarray(0, size * width) },
      actions: { shape: [size], data: kept.actions.subarray(0, size) },
      rewards: { shape: [size], data: kept.rewards.subarray(0, size) },
      nextStates: { shape: [size, width], data: kept.nextStates.subarray(0, size * width) },
      dones: { shape: [size], data: kept.dones.subarray(0, size) },
    };
  }

  restore(saved: SavedState): void {
    this.#ring.restore(saved);
    this.#kept.states.set(saved.floats("states"));
    this.#kept.actions.set(saved.array("actions", Int32Array));
    this.#kept.rewards.set(saved.floats("rewards"));
    this.#kept.nextStates.set(saved.floats("nextStates"));
    this.#kept.dones.set(saved.array("dones", Uint8Array));
  }
}

/** Room for `n` transitions. */
function transitions(n: number, stateSize: number): Transitions {
  return {
    states: new Float32Array(n * stateSize),
    actions: new Int32Array(n),
    rewards: new Float32Array(n),
    nextStates: new Float32Array(n * stateSize),
    dones: new Uint8Array(n),
  };
}

/** Copies a row of `width` numbers. Rows are short: a loop is faster than the two views that `set` would take. */
export function copyRow(
  from: Float32Array,
  row: number,
  to: Float32Array,
  place: number,
  width: number,
): void {
  for (let j = 0, a = row * width, b = place * width; j < width; j++) to[b + j] = from[a + j]!;
}

/** Refuses rows of `width` numbers where one is not finite. */
export function refuseNotFinite(what: string, values: Float32Array, width: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    const column = width === 1 ? "" : `, number ${i % width},`;
    throw new RangeError(
      `Cannot store what environment ${Math.floor(i / width)} did: its ${what}${column} is ` +
        `${values[i]}, but must be finite. Find out in the environment where it comes from`,
    );
  }
}
