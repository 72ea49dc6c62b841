/**
 * What an update of DQN and a minibatch of PPO cost on the serverless networks, beside the training step of
 * a plain network of DQN's size. Acting is a step of 16 environments for 16 updates, or PPO's rollouts.
 * Run it on a quiet machine, with `ASSAY_THREADS=1` in front for one thread:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/rl.bench.ts
 *
 * @module
 */

import { strategicNetwork, tacticalNetwork } from "../../experiments/serverless/networks.ts";
import { openDevice } from "../../lib/device/device.ts";
import { threadsWanted } from "../../lib/device/wasm/threads.ts";
import { rootKey } from "../../lib/random/key.ts";
import { Dqn } from "../../lib/rl/dqn.ts";
import { Ppo } from "../../lib/rl/ppo.ts";
import type { Agent } from "../../lib/rl/best_policy.ts";
import { type Decisions, tabular } from "../../lib/rl/testing.ts";
import { TrainingTrace } from "../../lib/train/trace.ts";
import { open } from "./assay.ts";
import { cases, LEARNING_RATE } from "./cases.ts";
import { MedianRates } from "./median_rate.ts";

const COUNT = 16;
const CALLS = 64;
const key = rootKey(1);

await openDevice({ backend: "wasm" });
const rates = new MedianRates();
const figure = (milliseconds: number) =>
  `${milliseconds.toFixed(2)} ms, ${(1000 / milliseconds).toFixed(0)} a second`;

/** A table of as many states as the networks have inputs, which costs next to nothing to step. */
function world(states: number, actions: number): Decisions {
  const outcomes = Array.from({ length: states }, (_, s) =>
    Array.from(
      { length: actions },
      (_, a) => ({ next: (s + a) % states, reward: s * a % 5 / 5, done: a === 1 }),
    ));
  return { outcomes, starts: [0, 1, 2] };
}

function learning(agent: Agent): () => Promise<void> {
  const trace = new TrainingTrace([], 1);
  let n = 0;
  return async () => {
    await agent.step(++n, trace);
    if (trace.full) await trace.read();
  };
}

const plain = await open({
  case: cases.find(({ name }) => name === "mlp-dqn")!,
  backend: "wasm",
  threads: null,
  learningRate: LEARNING_RATE,
});
const dqn = (updatesPerStep: number) =>
  learning(
    new Dqn({
      network: () => strategicNetwork(key),
      environment: tabular(world(14, 3), { key, count: COUNT }),
      key,
      updatesPerStep,
      // As late in training: most actions are the network's.
      exploration: { decay: 1 },
    }),
  );
const ppo = learning(
  new Ppo({
    network: tacticalNetwork(key),
    environment: tabular(world(11, 24), { key, count: COUNT }),
    key,
  }),
);

const group = "batch of 64";
const add = (system: string, run: () => void | Promise<void>) =>
  rates.bench({ group, system, calls: CALLS, run, figure });
add("a plain step", () => plain.run(1));
add("DQN, only updates", dqn(2 ** 40));
add("DQN, acting too", dqn(COUNT));
add("PPO, acting too", ppo);

addEventListener("unload", () => {
  const text = `\n${threadsWanted()} threads\n${rates.report()}`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
