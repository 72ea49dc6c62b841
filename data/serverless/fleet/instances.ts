/**
 * The instances of one function at one placement, invocation by invocation.
 *
 * An invocation takes the idle instance that was used last; without one it starts a new instance, as
 * long as there are fewer than the limit; else it waits, first come first served, for whichever is free first.
 * An instance that stayed idle for longer than the keep-alive time is gone, unless it is provisioned.
 *
 * @module
 */

import { latencyBin, type Outcome } from "./outcome.ts";
import type { Service } from "./placement.ts";
import { TIMEOUT_SECONDS } from "./providers.ts";

/**
 * Instances by the time at which each is free, ascending: those free already, idle, come first, the
 * one used last just before the busy ones.
 */
export class InstancePool {
  readonly #limit: number;
  /** Times in `[first, first + count)`; twice the limit, so that the front is seldom moved back. */
  readonly #free: Float64Array;
  #first = 0;
  #count = 0;
  /** How many of them were free when the pool was last looked at. */
  #idle = 0;
  #provisioned = 0;

  /** @param limit How many instances there may be. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#free = new Float64Array(2 * limit);
  }

  /** How many instances there are, those included that nobody has noticed to be gone. */
  get count(): number {
    return this.#count;
  }

  /** How many instances are kept whether used or not. */
  get provisioned(): number {
    return this.#provisioned;
  }

  /**
   * Serves the invocations from index `next` on that arrive before `end`.
   *
   * @param arrivals Seconds, ascending.
   * @param durations Traced durations, seconds.
   * @param last One past the last index.
   * @param outcome What comes of it is added here, except what provisioning costs.
   * @returns The first index not served.
   */
  serve(
    arrivals: Float64Array,
    durations: Float32Array,
    next: number,
    last: number,
    end: number,
    service: Service,
    outcome: Outcome,
  ): number {
    const free = this.#free, limit = this.#limit, { latencies } = outcome;
    const { durationFactor, networkSeconds, coldSeconds, keepAliveSeconds, slaSeconds } = service;
    let latencySum = 0, limitShares = 0, waited = 0, idled = 0, cold = 0, late = 0;
    let ran = 0, ranProvisioned = 0;
    let i = next;
    for (; i < last; i++) {
      const arrival = arrivals[i]!;
      if (arrival >= end) break;
      idled += this.#settle(arrival, keepAliveSeconds);
      const run = Math.min(durations[i]! * durationFactor, TIMEOUT_SECONDS);
      // The provisioned ones are used first; who waits gets any.
      if (Math.min(this.#count - this.#idle, limit - 1) < this.#provisioned) ranProvisioned += run;
      let wait = 0, at: number;
      if (this.#idle > 0) {
        at = this.#first + --this.#idle;
        idled += arrival - free[at]!;
      } else if (this.#count < limit) {
        wait = coldSeconds;
        cold++;
        at = this.#insert(arrival);
      } else {
        at = this.#first;
        wait = free[at]! - arrival;
        waited += wait;
      }
      this.#occupy(at, arrival + wait + run);

      const latency = networkSeconds + wait + run;
      ran += run;
      latencySum += latency;
      if (latency > slaSeconds) {
        late++;
        limitShares += 1;
      } else limitShares += latency / slaSeconds;
      latencies[latencyBin(latency)]!++;
    }
    const { gigabytes } = service;
    const served = i - next, busy = ran * gigabytes, starting = cold * coldSeconds * gigabytes;
    const provisionedBusy = ranProvisioned * gigabytes;
    outcome.invocations += served;
    outcome.coldStarts += cold;
    outcome.violations += late;
    outcome.latencySeconds += latencySum;
    outcome.limitShares += limitShares;
    outcome.waitSeconds += waited;
    outcome.busyGbSeconds += busy;
    outcome.startingGbSeconds += starting;
    outcome.provisionedBusyGbSeconds += provisionedBusy;
    outcome.costUsd += served * service.perRequest + provisionedBusy * service.perProvisionedUse +
      (busy - provisionedBusy) * service.perGbSecond;
    outcome.carbonGrams += (busy + starting) * service.busyGrams;
    addIdle(outcome, idled, service);
    return i;
  }

  /** Counts the idle time of those that are gone at `now`. */
  settle(now: number, service: Service, outcome: Outcome): void {
    addIdle(outcome, this.#settle(now, service.keepAliveSeconds), service);
  }

  /** From `now` on keeps at least so many instances; those that are missing are there at once. */
  provision(instances: number, now: number, service: Service, outcome: Outcome): void {
    if (!Number.isInteger(instances) || instances < 0 || instances > this.#limit) {
      throw new RangeError(
        `Cannot provision ${instances} instances: use an integer from 0 to ${this.#limit}`,
      );
    }
    let idled = this.#settle(now, service.keepAliveSeconds);
    this.#provisioned = instances;
    // What only provisioning had kept goes now.
    idled += this.#retire(now, service.keepAliveSeconds, true);
    while (this.#count < instances) {
      this.#insert(now);
      this.#idle++;
    }
    addIdle(outcome, idled, service);
  }

  /** Leaves: what is left of the instances idles until it is gone. */
  abandon(now: number, service: Service, outcome: Outcome): void {
    let idled = this.#settle(now, service.keepAliveSeconds);
    for (let i = 0; i < this.#count; i++) {
      idled += Math.max(service.keepAliveSeconds, now - this.#free[this.#first + i]!);
    }
    this.clear();
    addIdle(outcome, idled, service);
  }

  /** No instances, none provisioned. */
  clear(): void {
    this.#first =
      this.#count =
      this.#idle =
      this.#provisioned =
        0;
  }

  /** Becomes a copy of a pool with the same limit. */
  copyFrom(other: InstancePool): void {
    this.#first = 0;
    this.#count = other.#count;
    this.#idle = other.#idle;
    this.#provisioned = other.#provisioned;
    // Few instances as a rule: a loop is quicker than a view.
    for (let i = 0; i < other.#count; i++) this.#free[i] = other.#free[other.#first + i]!;
  }

  /** The state, `[2 + limit]`: provisioned, count, times at which they are free. */
  save(into: Float64Array): void {
    into.fill(0);
    into[0] = this.#provisioned;
    into[1] = this.#count;
    for (let i = 0; i < this.#count; i++) into[2 + i] = this.#free[this.#first + i]!;
  }

  /** Takes a state that {@linkcode save} wrote. */
  load(from: Float64Array): void {
    this.clear();
    this.#provisioned = from[0]!;
    this.#count = from[1]!;
    for (let i = 0; i < this.#count; i++) this.#free[i] = from[2 + i]!;
  }

  /** Notices who is free and who is gone at `now`; returns the seconds that the latter idled. */
  #settle(now: number, keepAlive: number): number {
    const free = this.#free;
    while (this.#idle < this.#count && free[this.#first + this.#idle]! <= now) this.#idle++;
    if (this.#idle === 0 || now - free[this.#first]! <= keepAlive) return 0;
    return this.#retire(now, keepAlive, false);
  }

  /** Removes idle instances past their time that need not stay; `held` if they were there until now. */
  #retire(now: number, keepAlive: number, held: boolean): number {
    let idled = 0;
    while (this.#idle > 0 && this.#count > this.#provisioned) {
      const since = now - this.#free[this.#first]!;
      if (since <= keepAlive) break;
      idled += held ? since : keepAlive;
      this.#first++;
      this.#count--;
      this.#idle--;
    }
    return idled;
  }

  /** Makes room for one more between idle and busy; it is free at `time`. Returns where it is. */
  #insert(time: number): number {
    const free = this.#free;
    if (this.#first + this.#count === free.length) {
      free.copyWithin(0, this.#first, this.#first + this.#count);
      this.#first = 0;
    }
    const at = this.#first + this.#idle;
    for (let i = this.#first + this.#count; i > at; i--) free[i] = free[i - 1]!;
    free[at] = time;
    this.#count++;
    return at;
  }

  /** Lets the instance at `at`, the first of the busy ones, be free at `until`. */
  #occupy(at: number, until: number): void {
    const free = this.#free, last = this.#first + this.#count - 1;
    while (at < last && free[at + 1]! < until) {
      free[at] = free[at + 1]!;
      at++;
    }
    free[at] = until;
  }
}

function addIdle(outcome: Outcome, seconds: number, service: Service): void {
  const idle = seconds * service.gigabytes;
  outcome.idleGbSeconds += idle;
  outcome.carbonGrams += idle * service.idleGrams;
}
