/**
 * Test support: complete runs that nobody ran, with histories.
 *
 * @module
 */

import { join } from "@std/path";
import { digestArrays } from "../../numeric/digest.ts";
import { normal } from "../../random/continuous.ts";
import { rootKey } from "../../random/key.ts";
import type { TraceRecord } from "../../train/trace.ts";
import { writeChecksums } from "../checksums.ts";
import { writeHistory } from "../history.ts";
import type { RecordableRun } from "./record.ts";
import type { Result } from "../schema.ts";

/** What a made-up run is to be. */
export interface MadeRun extends Partial<Omit<Result, "digests" | "contract">> {
  readonly seed: number;
  readonly numerics?: string;
  /** By loop, in order. Default: one of 32 steps. */
  readonly traces?: Readonly<Record<string, TraceRecord>>;
  /** Stands for the data. */
  readonly data?: string;
}

/** A trace of two variables, the same for the same seed. */
export function madeTrace(steps: number, seed: number, every = 1): TraceRecord {
  const rows = Math.floor(steps / every) + 1;
  const drawn = normal(rootKey(seed), steps + 2 * rows);
  return {
    losses: Float32Array.from(drawn.subarray(0, steps)),
    gradientNorms: new Float32Array(steps).fill(NaN),
    groups: ["a", "b"],
    every,
    fingerprints: Uint32Array.from(drawn.subarray(steps), (value) => Math.abs(value) * 2 ** 24),
  };
}

/** A copy of a trace in which the loss of `step`, from 1, has its last bit changed. */
export function withLossChanged(trace: TraceRecord, step: number): TraceRecord {
  const losses = trace.losses.slice();
  new Uint32Array(losses.buffer)[step - 1]! ^= 1;
  return { ...trace, losses };
}

/** Writes the histories and checksums of a run of an experiment `demo` at `quick` in a new folder. */
export async function makeRun(
  { seed, numerics = "wasm-fma", traces, data = "data", ...more }: MadeRun,
): Promise<RecordableRun> {
  const directory = await Deno.makeTempDir();
  const loops = Object.entries(traces ?? { fit: madeTrace(32, seed) });
  const arrays: Record<string, Float32Array> = {};
  for (const [position, [name, trace]] of loops.entries()) {
    await writeHistory(directory, name, { position, trace, epochs: null });
    arrays[name] = trace.losses;
  }
  const text = (value: string) => digestArrays({ value: new TextEncoder().encode(value) });
  const backend = numerics.startsWith("webgpu") ? "webgpu" : numerics === "js" ? "cpu" : "wasm";
  const result: Result = {
    schema: "assay/result@1",
    experiment: "demo",
    profile: "quick",
    seed,
    runId: seed.toString(16).padStart(12, "0"),
    contract: {
      promise: backend === "wasm" ? "exact" : "same-device",
      backend,
      numerics,
      device: backend,
    },
    config: { epochs: 4 },
    metrics: { r: 0.9 + seed / 1000, other: seed },
    units: {},
    baselines: {},
    ceilings: {},
    findings: [],
    digests: {
      data: text(data),
      weights: text(`${numerics} ${seed}`),
      history: digestArrays(arrays),
    },
    seconds: { total: 1, train: 1 },
    ...more,
  };
  await Deno.writeTextFile(join(directory, "result.json"), JSON.stringify(result));
  await writeChecksums(directory);
  return { directory, result };
}

/** Makes the runs, acts on them and removes them. */
export async function withRuns(
  made: readonly MadeRun[],
  action: (runs: readonly RecordableRun[]) => Promise<void>,
): Promise<void> {
  const runs = await Promise.all(made.map(makeRun));
  try {
    await action(runs);
  } finally {
    for (const { directory } of runs) await Deno.remove(directory, { recursive: true });
  }
}
