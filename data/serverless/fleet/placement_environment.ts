/**
 * A decision problem on a fleet as environments side by side. An episode is one function's day: it
 * begins at the function's reference placement without instances; instances, placement and past are
 * carried from decision to decision.
 *
 * @module
 */

import {
  type Key,
  numbers,
  permutation,
  type SavedState,
  type State,
  type VectorEnvironment,
} from "assay";
import { type DecisionProblem, type Past, pastOf, referencePast } from "./decisions.ts";
import type { Episode, Fleet, Part } from "./fleet.ts";
import { FUNCTION_RUN_NUMBERS, FunctionRun } from "./function_run.ts";
import { HOUR_SECONDS } from "./hours.ts";
import { clearOutcome, emptyOutcome, type Outcome } from "./outcome.ts";
import { type FunctionProfile, referencePlacement } from "./profiles.ts";
import { placementReward, scoresOf } from "./reward.ts";

/** Which episodes are played, in which order. */
export interface PlacementEnvironmentOptions {
  readonly part: Part;
  /** Environments side by side. */
  readonly count: number;
  /** Shuffles the episodes, anew each time all were played. Default: in order of function and day. */
  readonly key?: Key;
}

/** One environment: an episode under way. */
interface Slot {
  /** How many episodes were begun before this one. */
  number: number;
  episode: Episode;
  profile: FunctionProfile;
  row: number;
  past: Past;
  readonly run: FunctionRun;
  /** What came of the last action. */
  readonly outcome: Outcome;
}

/**
 * Environments of a decision problem.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fleetOf } from "./fleet.ts";
 * import { STRATEGIC } from "./strategic.ts";
 * import { handTrace } from "./testing.ts";
 *
 * const trace = handTrace([{}], [[0, 10, 1], [0, 4000, 1]]);
 * const fleet = fleetOf(trace, { trainHours: 2, validationHours: 2 });
 * const environment = new PlacementEnvironment(fleet, STRATEGIC, { part: "train", count: 1 });
 * const states = new Float32Array(14), rewards = new Float32Array(1), dones = new Uint8Array(1);
 * environment.observe(states);
 * environment.step(Int32Array.of(0), rewards, dones);
 * assertEquals(dones[0], 0);
 * environment.step(Int32Array.of(2), rewards, dones);
 * assertEquals(dones[0], 1);
 * ```
 */
export class PlacementEnvironment implements VectorEnvironment {
  readonly count: number;
  readonly stateSize: number;
  readonly actions: number;
  readonly #fleet: Fleet;
  readonly #problem: DecisionProblem;
  readonly #episodes: readonly Episode[];
  readonly #key: Key | undefined;
  readonly #slots: Slot[];
  readonly #trial: Pick<Slot, "run" | "outcome">;
  #order: Int32Array | undefined;
  /** Episodes begun. */
  #begun = 0;

  constructor(fleet: Fleet, problem: DecisionProblem, options: PlacementEnvironmentOptions) {
    this.#fleet = fleet;
    this.#problem = problem;
    this.#episodes = fleet.episodes[options.part];
    if (this.#episodes.length === 0) {
      throw new RangeError(`Cannot play the ${options.part} part: nothing is invoked in it`);
    }
    this.#key = options.key;
    this.count = options.count;
    this.stateSize = problem.stateSize;
    this.actions = problem.actions;
    this.#trial = { run: new FunctionRun(fleet.arrivals), outcome: emptyOutcome() };
    this.#slots = Array.from({ length: this.count }, () => {
      const run = new FunctionRun(fleet.arrivals);
      const profile = fleet.profiles[0]!;
      const past = referencePast(profile);
      const outcome = emptyOutcome();
      return { number: 0, episode: this.#episodes[0]!, profile, row: 0, past, run, outcome };
    });
    this.reset();
  }

  reset(): void {
    this.#begun = 0;
    for (const slot of this.#slots) this.#begin(slot);
  }

  observe(into: Float32Array): void {
    this.#slots.forEach((slot, i) => {
      const { row, profile, past } = slot;
      this.#problem.observe({ fleet: this.#fleet, profile, row, past }, into, i * this.stateSize);
    });
  }

  step(actions: Int32Array, rewards: Float32Array, dones: Uint8Array): void {
    this.#slots.forEach((slot, i) => {
      rewards[i] = this.#act(slot, slot, actions[i]!);
      slot.past = pastOf(slot.outcome, slot.run.placement, slot.profile);
      slot.row++;
      dones[i] = slot.row === slot.episode.to ? 1 : 0;
      if (dones[i]) this.#begin(slot);
    });
  }

  /** The reward that an action would have now in environment `index`; nothing changes. */
  rewardOf(index: number, action: number): number {
    const slot = this.#slots[index]!;
    this.#trial.run.copyFrom(slot.run);
    return Math.fround(this.#act(slot, this.#trial, action));
  }

  /** What came of the last action in environment `index`, until the next; not part of the state. */
  outcomeOf(index: number): Outcome {
    return this.#slots[index]!.outcome;
  }

  /** The function that environment `index` decides for. */
  functionOf(index: number): number {
    return this.#fleet.hours.functionIndex[this.#slots[index]!.row]!;
  }

  /** How many episodes were begun, in all environments, before the one of environment `index`. */
  episodeOf(index: number): number {
    return this.#slots[index]!.number;
  }

  state(): State {
    const slots = new Float64Array(this.count * SLOT_NUMBERS);
    this.#slots.forEach(({ number, episode, row, past, run }, i) => {
      const own = slots.subarray(i * SLOT_NUMBERS, (i + 1) * SLOT_NUMBERS);
      const { cost, carbon, coldStarts, seconds } = past;
      own.set([number, episode.from, episode.to, row, cost, carbon, coldStarts, seconds]);
      run.save(own.subarray(OWN_NUMBERS));
    });
    return {
      begun: numbers([this.#begun]),
      slots: { shape: [this.count, SLOT_NUMBERS], data: slots },
    };
  }

  restore(saved: SavedState): void {
    const slots = saved.numbers("slots");
    if (slots.length !== this.count * SLOT_NUMBERS) {
      throw new RangeError(
        `Cannot go on from a state of ${
          slots.length / SLOT_NUMBERS
        } environments: these are ${this.count}`,
      );
    }
    this.#begun = saved.number("begun");
    this.#order = undefined;
    this.#slots.forEach((slot, i) => {
      const own = slots.subarray(i * SLOT_NUMBERS, (i + 1) * SLOT_NUMBERS);
      const [number, from, to, row, cost, carbon, coldStarts, seconds] = own;
      slot.number = number!;
      this.#take(slot, { from: from!, to: to! }, row!);
      slot.past = { cost: cost!, carbon: carbon!, coldStarts: coldStarts!, seconds: seconds! };
      slot.run.load(slot.profile, own.subarray(OWN_NUMBERS));
    });
  }

  /** Serves the slot's invocations until the next decision, on a run that may be another than its own. */
  #act(slot: Slot, { run, outcome }: Pick<Slot, "run" | "outcome">, action: number): number {
    const { hour } = this.#fleet.hours;
    const ends = slot.row + 1 === slot.episode.to;
    clearOutcome(outcome);
    run.place(this.#problem.placement(slot.profile, action), outcome);
    run.advance((ends ? hour[slot.row]! + 1 : hour[slot.row + 1]!) * HOUR_SECONDS, outcome);
    if (ends) run.finish(outcome);
    return placementReward(scoresOf(outcome, slot.profile.reference));
  }

  #begin(slot: Slot): void {
    const round = Math.floor(this.#begun / this.#episodes.length);
    const place = this.#begun % this.#episodes.length;
    if (this.#key && (place === 0 || !this.#order)) {
      this.#order = permutation(this.#key.at(round), this.#episodes.length);
    }
    const episode = this.#episodes[this.#order ? this.#order[place]! : place]!;
    slot.number = this.#begun++;
    this.#take(slot, episode, episode.from);
    const { first, invocations, hour } = this.#fleet.hours;
    const last = first[episode.to - 1]! + invocations[episode.to - 1]!;
    const now = hour[episode.from]! * HOUR_SECONDS;
    slot.past = referencePast(slot.profile);
    slot.run.begin(slot.profile, referencePlacement(slot.profile), now, first[episode.from]!, last);
  }

  #take(slot: Slot, episode: Episode, row: number): void {
    slot.episode = episode;
    slot.row = row;
    slot.profile = this.#fleet.profiles[this.#fleet.hours.functionIndex[row]!]!;
  }
}

/** Elements of a saved slot that are not its run's. */
const OWN_NUMBERS = 8;
const SLOT_NUMBERS = OWN_NUMBERS + FUNCTION_RUN_NUMBERS;
