/**
 * The clock of a run: the one place that reads it. Results never depend on it; manifests, progress
 * lines and timings do.
 *
 * @module
 */

/** Seconds from an arbitrary origin, monotonic. */
export function seconds(): number {
  // deno-lint-ignore assay/ambient -- durations are reported, never fed back into a result
  return performance.now() / 1000;
}

/** The time of day as ISO 8601, UTC. */
export function timestamp(): string {
  // deno-lint-ignore assay/ambient -- a manifest says when its run started
  return new Date().toISOString();
}

/** The time of day in seconds since 1970, UTC. */
export function epochSeconds(): number {
  // deno-lint-ignore assay/ambient -- event files say when something was said
  return Date.now() / 1000;
}
