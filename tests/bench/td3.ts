/**
 * What an update of TD3 costs one core, beside PyTorch: on 53 numbers at batch 64, on frames of 42 × 42 pixels at
 * 64, on frames of 84 × 84 at 32, these with and without layer normalisation; and a whole step of the agent, which
 * also acts, drives and remembers.
 *
 *     ASSAY_BENCH_PYTHON=~/torch/bin/python \
 *       deno run --allow-read --allow-env --allow-run tests/bench/td3.ts
 *
 * All take turns. Time is CPU time, so that other work on the machine counts little; where compiling and collecting
 * garbage run on threads of their own, they are counted too. Behind each case stands the number of kernels that an
 * update runs on average.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import process from "node:process";
import { Wandering } from "../../data/driving/drivers.ts";
import { DrivingWorlds } from "../../data/driving/worlds.ts";
import { drivingNetworks, type EncoderName, encoders } from "../../experiments/driving/networks.ts";
import { alignTable } from "../../lib/cli/text.ts";
import { openDevice } from "../../lib/device/device.ts";
import { tf } from "../../lib/device/tf.ts";
import { normal } from "../../lib/random/distributions.ts";
import { rootKey } from "../../lib/random/key.ts";
import { Td3 } from "../../lib/rl/td3.ts";
import { Td3Learner } from "../../lib/rl/td3_learner.ts";
import { TrainingTrace } from "../../lib/train/trace.ts";
import { readLines } from "./lines.ts";
import { python } from "./systems.ts";

/** Rounds of each case, the first of which is not counted. */
const ROUNDS = 8;
const STATE = 53;
const key = rootKey(1);

/** Networks and a minibatch. */
interface Case {
  readonly name: string;
  readonly encoder: EncoderName | null;
  readonly layerNorm: boolean;
  readonly hidden: readonly number[];
  readonly batch: number;
  /** Updates of a round. */
  readonly updates: number;
}

const wide = [256, 256];
const cases: readonly Case[] = [
  {
    ...{ name: "vector, 128-128", encoder: null, layerNorm: false },
    ...{ hidden: [128, 128], batch: 64, updates: 200 },
  },
  {
    ...{ name: "vector, 256-256", encoder: null, layerNorm: false },
    ...{ hidden: wide, batch: 64, updates: 100 },
  },
  {
    ...{ name: "mini42, LayerNorm", encoder: "mini42", layerNorm: true },
    ...{ hidden: wide, batch: 64, updates: 16 },
  },
  {
    ...{ name: "nature84", encoder: "nature84", layerNorm: false },
    ...{ hidden: wide, batch: 32, updates: 4 },
  },
  {
    ...{ name: "nature84, LayerNorm", encoder: "nature84", layerNorm: true },
    ...{ hidden: wide, batch: 32, updates: 4 },
  },
];

/** What makes so many updates, and says how many CPU seconds one took; `null` when it cannot. */
type System = (updates: number) => Promise<number | null>;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Updates on one minibatch of noise. */
function learning({ encoder, layerNorm, hidden, batch }: Case) {
  const image = encoder === null ? [] : [encoders[encoder].side, encoders[encoder].side, 4];
  const networks = drivingNetworks({ encoder, layerNorm, stateSize: STATE, hidden });
  const learner = new Td3Learner({ networks, image, key });
  const draw = (name: string, n: number) => Float32Array.from(normal(key.key(name), n));
  const pixels = encoder === null ? 0 : tf.util.sizeFromShape(image);
  const states = (name: string) => ({
    images: draw(`${name}/images`, batch * pixels),
    vectors: draw(`${name}/vectors`, batch * STATE),
  });
  const transitions = {
    ...{ seen: states("seen"), next: states("next"), terminals: new Uint8Array(batch) },
    ...{ actions: draw("actions", 2 * batch).map(Math.tanh), rewards: draw("rewards", batch) },
  };
  let n = 0;
  return () => tf.dispose(learner.update(++n, transitions));
}

function assay(update: () => void): System {
  return (updates) => {
    const begin = cpuSeconds();
    for (let i = 0; i < updates; i++) update();
    return Promise.resolve((cpuSeconds() - begin) / updates);
  };
}

/** Steps of an agent in 16 worlds: a sixteenth of acting in all of them, an update. */
function stepping({ hidden, batch, updates }: Case): System {
  const count = 16, wandering = new Wandering(key.key("wandering"), count);
  const agent = new Td3({
    networks: drivingNetworks({ encoder: null, layerNorm: false, stateSize: STATE, hidden }),
    environment: new DrivingWorlds({ key: key.key("worlds"), count, mode: "vector" }),
    key,
    warmUp: { transitions: 1000, policy: (_, actions) => wandering.act(actions) },
    batchSize: batch,
  });
  const trace = new TrainingTrace([], 1);
  let n = 0;
  return async () => {
    const begin = cpuSeconds();
    for (let i = 0; i < updates; i++) {
      await agent.step(++n, trace);
      if (trace.full) await trace.read();
    }
    return (cpuSeconds() - begin) / updates;
  };
}

/** The peer, as long as it answers. */
function torch(): (of: Case) => System {
  const peer = fromFileUrl(new URL("./peers/torch_td3.py", import.meta.url));
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(python(), { args: [peer], stdin: "piped", stdout: "piped" }).spawn();
  } catch {
    return () => () => Promise.resolve(null);
  }
  child.unref();
  const requests = child.stdin.getWriter(), answers = readLines(child.stdout);
  return ({ encoder, ...of }) => async (updates) => {
    const frames = encoder === null ? { side: 0 } : encoders[encoder];
    const task = { case: { ...of, ...frames, stateSize: STATE }, updates };
    await requests.write(new TextEncoder().encode(`${JSON.stringify(task)}\n`)).catch(() => {});
    const { value } = await answers.next();
    const answer = JSON.parse(value ?? "null");
    return answer === null || "leftOut" in answer ? null : answer.seconds;
  };
}

await openDevice({ backend: "wasm", threads: 1 });
const peer = torch();
const contestants = [];
for (const one of cases) {
  const update = learning(one);
  // The first updates part what targets and learners share.
  for (let i = 0; i < 2; i++) update();
  const { kernels } = await tf.profile(() => {
    for (let i = 0; i < 2; i++) update();
    return tf.zeros([0]);
  });
  const contestant = (system: string, run: System) => ({ system, run, times: [] as number[] });
  contestants.push({
    one,
    kernels: kernels.length / 2,
    systems: [
      contestant("update", assay(update)),
      ...one.encoder === null ? [contestant("step", stepping(one))] : [],
      contestant("torch update", peer(one)),
    ],
  });
}
for (let round = 0; round < ROUNDS; round++) {
  for (const { one, systems } of contestants) {
    for (const { run, times } of systems) {
      const seconds = await run(one.updates);
      if (seconds !== null && round > 0) times.push(seconds);
    }
  }
}
const rows = contestants.flatMap(({ one, kernels, systems }) => {
  const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!;
  const ours = median(systems[0]!.times);
  return systems.filter(({ times }) => times.length > 0).map(({ system, times }) => [
    one.name,
    system,
    (1000 * median(times)).toFixed(2),
    (1 / median(times)).toFixed(1),
    (median(times) / ours).toFixed(2),
    system === "update" ? kernels.toFixed(0) : "",
  ]);
});
const head = ["case", "system", "CPU ms", "a second", "times our update", "kernels"];
const text = `${alignTable([head, ...rows], [2, 3, 4, 5])}\n`;
Deno.stdout.writeSync(new TextEncoder().encode(text));
Deno.exit(0);
