/**
 * One function going through its trace: placed somewhere, served, perhaps moved.
 *
 * @module
 */

import type { Arrivals } from "./arrivals.ts";
import { InstancePool } from "./instances.ts";
import type { Outcome } from "./outcome.ts";
import {
  type Placeable,
  type Placement,
  samePlacement,
  type Service,
  serviceOf,
} from "./placement.ts";
import { CONCURRENCY_LIMIT } from "./providers.ts";

/**
 * A function at a moment of its trace. It is moved on by `advance` to later and later times; whatever
 * happens in between is added to an outcome. Every invocation counts where it arrives, and all
 * instances' idle time where it ends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fleetOf } from "./fleet.ts";
 * import { emptyOutcome } from "./outcome.ts";
 * import { referencePlacement } from "./profiles.ts";
 * import { handTrace } from "./testing.ts";
 *
 * // Two invocations of one second, 100 s apart: the second finds the first's instance.
 * const trace = handTrace([{}], [[0, 10, 1], [0, 110, 1]]);
 * const { arrivals, profiles } = fleetOf(trace, { trainHours: 1, validationHours: 1 });
 * const run = new FunctionRun(arrivals), outcome = emptyOutcome();
 * run.begin(profiles[0]!, referencePlacement(profiles[0]!), 0, 0, 2);
 * run.advance(3600, outcome);
 * assertEquals([outcome.invocations, outcome.coldStarts], [2, 1]);
 * ```
 */
export class FunctionRun {
  readonly #arrivals: Arrivals;
  readonly #pool = new InstancePool(CONCURRENCY_LIMIT);
  #what!: Placeable;
  #placement!: Placement;
  #service!: Service;
  #now = 0;
  #next = 0;
  #last = 0;

  constructor(arrivals: Arrivals) {
    this.#arrivals = arrivals;
  }

  /** Where the function runs. */
  get placement(): Placement {
    return this.#placement;
  }

  /** Up to where it has been served, seconds. */
  get now(): number {
    return this.#now;
  }

  /**
   * Begins at `now` with arrivals `[next, last)` of a function that has no instances.
   *
   * @param what The function.
   */
  begin(what: Placeable, placement: Placement, now: number, next: number, last: number): void {
    this.#what = what;
    this.#settle(placement);
    this.#pool.clear();
    this.#now = now;
    this.#next = next;
    this.#last = last;
  }

  /**
   * Moves the function. Elsewhere it has no instances and none provisioned; what was running runs
   * out where it was.
   */
  place(placement: Placement, outcome: Outcome): void {
    if (samePlacement(placement, this.#placement)) return;
    this.#pool.abandon(this.#now, this.#service, outcome);
    this.#settle(placement);
  }

  /** From now on keeps at least so many instances, there at once; the operational layer's action. */
  provision(instances: number, outcome: Outcome): void {
    this.#pool.provision(instances, this.#now, this.#service, outcome);
  }

  /** Serves what arrives before `end` and goes there. */
  advance(end: number, outcome: Outcome): void {
    const { seconds, durations } = this.#arrivals;
    const service = this.#service;
    this.#next = this.#pool.serve(
      seconds,
      durations,
      this.#next,
      this.#last,
      end,
      service,
      outcome,
    );
    this.#pool.settle(end, service, outcome);
    const held = this.#pool.provisioned * (end - this.#now) * service.gigabytes;
    outcome.provisionedGbSeconds += held;
    outcome.costUsd += held * service.perProvisionedGbSecond;
    this.#now = end;
  }

  /** Leaves the placement for good, so that the outcome has all idle time. */
  finish(outcome: Outcome): void {
    this.#pool.abandon(this.#now, this.#service, outcome);
  }

  /** Becomes a copy of a run over the same arrivals. */
  copyFrom(other: FunctionRun): void {
    this.#what = other.#what;
    this.#placement = other.#placement;
    this.#service = other.#service;
    this.#now = other.#now;
    this.#next = other.#next;
    this.#last = other.#last;
    this.#pool.copyFrom(other.#pool);
  }

  /** The state, `[FUNCTION_RUN_NUMBERS]`; which function it is the caller knows. */
  save(into: Float64Array): void {
    const { provider, region, memoryMb } = this.#placement;
    into.set([provider, region, memoryMb, this.#now, this.#next, this.#last]);
    this.#pool.save(into.subarray(OWN_NUMBERS));
  }

  /** Takes a state that {@linkcode save} wrote of a run of the same function. */
  load(what: Placeable, from: Float64Array): void {
    const [provider, region, memoryMb, now, next, last] = from;
    const placement = { provider: provider!, region: region!, memoryMb: memoryMb! };
    this.begin(what, placement, now!, next!, last!);
    this.#pool.load(from.subarray(OWN_NUMBERS));
  }

  #settle(placement: Placement): void {
    this.#placement = placement;
    this.#service = serviceOf(this.#what, placement);
  }
}

const OWN_NUMBERS = 6;

/** Elements of a saved {@linkcode FunctionRun}. */
export const FUNCTION_RUN_NUMBERS = OWN_NUMBERS + 2 + CONCURRENCY_LIMIT;
