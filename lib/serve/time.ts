/**
 * Time as a service needs it. It is passed in, so that a test can hold it still.
 *
 * @module
 */

import { seconds, timestamp } from "../run/clock.ts";

/** A clock and a timer. */
export interface Time {
  /** Unix seconds. */
  now(): number;
  /** Seconds from an arbitrary origin, monotonic: for durations. */
  elapsed(): number;
  /** Calls `action` every `seconds` until disposed. */
  every(seconds: number, action: () => void): Disposable;
}

/** The machine's own time, for whoever starts a service. */
export const systemTime: Time = {
  now: () => Date.parse(timestamp()) / 1000,
  elapsed: seconds,
  every(period, action) {
    const timer = setInterval(action, 1000 * period);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};
