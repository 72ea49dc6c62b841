/**
 * How long a model takes for one sample.
 *
 * @module
 */

import { firstSamples } from "./check.ts";
import type { Floats } from "./graph.ts";
import type { Session } from "./sessions.ts";

/** Calls before those that count: the runtime plans its memory in the first. */
const WARM_UP = 20;

/** The distribution of the times of single inferences, in milliseconds. */
export interface Latency {
  readonly calls: number;
  readonly median: number;
  /** What 99 of 100 calls do not exceed. */
  readonly p99: number;
  readonly max: number;
}

/**
 * Times single inferences, one after another, from the call to the values on the host.
 *
 * @param inputs Samples of each input; the first is predicted.
 * @param clock Seconds from any origin.
 *
 * @example
 * ```ts
 * import { dense, exportOnnx, openDevice, openSession, rootKey, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const x = tfl.input({ shape: [1] });
 * const head = dense({ units: 1, activation: "linear", key: rootKey(1), name: "head" });
 * const model = tfl.model({ inputs: x, outputs: head.apply(x) as tfl.SymbolicTensor });
 * const session = await openSession(await exportOnnx(model), { source: "a file" });
 * let now = 0;
 * const inputs = [{ shape: [1, 1], data: Float32Array.of(3) }];
 * const { median } = await measureLatency(session, { inputs, calls: 3, clock: () => now += 0.25 });
 * await session.close();
 * assertEquals(median, 250);
 * ```
 */
export async function measureLatency(
  session: Session,
  { inputs, calls, clock }: {
    readonly inputs: readonly Floats[];
    readonly calls: number;
    readonly clock: () => number;
  },
): Promise<Latency> {
  const feeds = Object.fromEntries(
    session.description.inputs.map(({ name }, i) => [name, firstSamples(inputs[i]!, 1)]),
  );
  for (let i = 0; i < WARM_UP; i++) await session.run(feeds);
  const times = new Float64Array(calls);
  for (let i = 0; i < calls; i++) {
    const begun = clock();
    await session.run(feeds);
    times[i] = 1000 * (clock() - begun);
  }
  times.sort();
  const share = (part: number) => times[Math.ceil(part * calls) - 1]!;
  return { calls, median: share(0.5), p99: share(0.99), max: share(1) };
}
