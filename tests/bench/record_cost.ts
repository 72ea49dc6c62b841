/**
 * What the record of a training costs: fingerprints of all parameters after every step, and a checkpoint
 * every thirty seconds. Run it on a quiet machine:
 *
 *     deno run --allow-read --allow-write --allow-env tests/bench/record_cost.ts
 *
 * Steps with and without a trace take turns, so that noise hits both alike.
 *
 * @module
 */

import { join } from "@std/path";
import { alignTable } from "../../lib/cli/text.ts";
import { openDevice } from "../../lib/device/device.ts";
import { readBack } from "../../lib/device/read_back.ts";
import { tf } from "../../lib/device/tf.ts";
import { rootKey } from "../../lib/random/key.ts";
import { LoopCheckpoints } from "../../lib/run/checkpoint/checkpoints.ts";
import { EventLog } from "../../lib/run/events.ts";
import { Adam } from "../../lib/train/adam.ts";
import { readState, together, variablesState } from "../../lib/train/state.ts";
import { trainStep } from "../../lib/train/step.ts";
import { TrainingTrace } from "../../lib/train/trace.ts";
import { assemble } from "./assay.ts";
import { cases, LEARNING_RATE } from "./cases.ts";

/** Seconds from one checkpoint to the next by default. */
const PACE = 30;
/** Milliseconds of a block of steps, and blocks of each kind. */
const BLOCK_MS = 150;
const BLOCKS = 40;

const names = ["mlp-dqn", "lstm-h64", "lstm-128-64", "bandwidth-540k", "nature-cnn"];
/** Steps from one fingerprint to the next. */
const intervals = [1, 4];

await openDevice({ backend: "wasm" });
const folder = await Deno.makeTempDir();
const rows: string[][] = [];
for (const name of names) {
  const key = rootKey(1);
  const { trainable, batch } = assemble(cases.find((one) => one.name === name)!, key);
  const adam = new Adam(trainable.trainable, { learningRate: LEARNING_RATE });
  let taken = 0;
  const step = () => trainStep(trainable, adam, batch, key.at(taken++));
  const plain = async (steps: number) => {
    const taken = Array.from({ length: steps }, step);
    await readBack(taken.map(({ loss }) => loss));
    tf.dispose(taken);
  };
  const traces = intervals.map((every) => new TrainingTrace(trainable.weights, every));
  const traced = traces.map((trace) => async (steps: number) => {
    for (let s = 0; s < steps; s++) {
      trace.add(step());
      if (trace.full) await trace.read();
    }
    await trace.read();
  });
  const steps = Math.max(1, Math.round(BLOCK_MS / await timed(plain, 5)));
  const kinds = [plain, ...traced];
  const times = kinds.map((): number[] => []);
  for (let block = 0; block < BLOCKS; block++) {
    for (const [i, kind] of kinds.entries()) times[i]!.push(await timed(kind, steps));
  }
  const [bare, ...others] = times.map(median);

  const state = together({ adam, model: variablesState(trainable.weights), trace: traces[0]! });
  const checkpoints = new LoopCheckpoints("bench", {
    folder,
    runId: name,
    events: await EventLog.open(join(folder, "events.jsonl")),
    pace: { seconds: PACE },
    clock: () => performance.now() / 1000,
    note: (text) => print(text),
  });
  const writes: number[] = [];
  for (let n = 1; n <= 9; n++) {
    const begin = performance.now();
    await checkpoints.write(
      { step: n, finished: false, seconds: 0 },
      await readState(state.state()),
    );
    writes.push(performance.now() - begin);
  }
  const path = join(folder, "checkpoint-bench-000000009.safetensors");
  const { size } = await Deno.stat(path);
  rows.push([
    name,
    `${bare!.toFixed(3)} ms`,
    ...others.map((time) => percent(time / bare! - 1)),
    `${(size / 1e6).toFixed(2)} MB`,
    `${median(writes).toFixed(1)} ms`,
    percent(median(writes) / (1000 * PACE)),
  ]);
}
await Deno.remove(folder, { recursive: true });
const head = [
  "case",
  "a step",
  ...intervals.map((every) => `fingerprints, every ${every}`),
  "checkpoint",
  "written in",
  `every ${PACE} s`,
];
print(alignTable([head, ...rows], head.map((_, column) => column).slice(1)));
Deno.exit(0);

/** Milliseconds a step. */
async function timed(action: (steps: number) => Promise<void>, steps: number): Promise<number> {
  const begin = performance.now();
  await action(steps);
  return (performance.now() - begin) / steps;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
