/**
 * Cases for `deno bench` that also say, once all are done, what their median call comes to in a unit of
 * the bench's own: GFLOP/s, nanoseconds an element.
 *
 * @module
 */

/** A case. */
export interface RateCase {
  readonly group: string;
  readonly system: string;
  /** Calls that are timed together, where one may be too short for the clock. */
  readonly calls: number;
  /** Runs before them, untimed: what leaves the caches as they are in use. */
  before?(): void | Promise<void>;
  run(): void | Promise<void>;
  /** The figure, with its unit, of a call that takes so many milliseconds. */
  figure(milliseconds: number): string;
}

/** Registers cases and collects their figures. */
export class MedianRates {
  readonly #reports: (() => string)[] = [];

  /** Registers a case. */
  bench({ group, system, calls, before, run, figure }: RateCase): void {
    const times: number[] = [];
    Deno.bench({
      name: `${group} ${system}`,
      group,
      async fn(b) {
        await before?.();
        b.start();
        const begin = performance.now();
        for (let i = 0; i < calls; i++) {
          // Awaiting what is no promise would end the turn of the event loop, and be timed.
          const pending = run();
          if (pending) await pending;
        }
        times.push((performance.now() - begin) / calls);
        b.end();
      },
    });
    this.#reports.push(() => {
      times.sort((x, y) => x - y);
      const median = times[times.length >> 1];
      if (median === undefined) return ""; // left out by --filter
      return `${group.padEnd(34)} ${system.padEnd(20)} ${figure(median).padStart(16)}\n`;
    });
  }

  /** A line for each case that was run. */
  report(): string {
    return this.#reports.map((line) => line()).join("");
  }
}

/** The rate of `multiplyAdds` in some milliseconds. */
export function gflops(multiplyAdds: number, milliseconds: number): string {
  return `${(2 * multiplyAdds / milliseconds / 1e6).toFixed(1)} GFLOP/s`;
}

/** The time of one of `elements` of a call that takes some milliseconds. */
export function nanosecondsEach(elements: number, milliseconds: number): string {
  return `${(1e6 * milliseconds / elements).toFixed(3)} ns`;
}
