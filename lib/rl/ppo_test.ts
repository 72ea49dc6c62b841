import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { ratios } from "./clipped_loss.ts";
import { evaluate } from "./evaluate.ts";
import { greedyPolicy, outputsOf } from "./policy.ts";
import { Ppo, type PpoOptions } from "./ppo.ts";
import {
  ARMS,
  bandit,
  BEST_ARMS,
  chain,
  delayed,
  interrupted,
  learn,
  network,
  onThreads,
  openWasm,
  tabular,
  tensorsThrough,
} from "./testing.ts";

const key = rootKey(13);
const side = { key: key.key("world"), count: 8 };

/** An agent with a network of its own. */
class Owner extends Ppo {
  override dispose(): void {
    super.dispose();
    this.network.dispose();
  }
}

function agentOn(
  environment: PpoOptions["environment"],
  options: Partial<PpoOptions> & { readonly hidden?: number } = {},
): Ppo {
  const { hidden = 16, ...own } = options;
  const { stateSize, actions } = environment;
  return new Owner({
    network: network(key.key("weights"), { stateSize, hidden, heads: [actions, 1] }),
    environment,
    key: key.key("agent"),
    steps: 32,
    learningRate: 3e-3,
    ...own,
  });
}

Deno.test("`Ppo` finds the best arm of every context of a bandit", async () => {
  await openWasm();
  const environment = bandit(ARMS, side);
  const agent = agentOn(environment);
  await learn(agent, 12 * agent.stepsPerRollout);
  const { meanReturn } = await evaluate(greedyPolicy(agent.network), environment, 20);
  const best = await evaluate(
    // The contexts are seen one-hot.
    (states, count) =>
      Int32Array.from({ length: count }, (_, i) => BEST_ARMS[states.indexOf(1, 4 * i) % 4]!),
    environment,
    20,
  );
  assertEquals(meanReturn, best.meanReturn);
  agent.dispose();
});

Deno.test("`Ppo` gives up a small reward now for a large one later", async () => {
  await openWasm();
  const environment = tabular(delayed, side);
  const agent = agentOn(environment);
  assertEquals(agent.stepsPerRollout, 40);
  await learn(agent, 10 * 40);
  const { meanReturn, lengths } = await evaluate(greedyPolicy(agent.network), environment, 3);
  assertEquals([meanReturn, ...lengths], [1, ...Array(24).fill(2)]);
  assertEquals(agent.collected.transitions, 10 * 32 * 8);
  assertEquals(agent.collected.episodes, 10 * 16 * 8);
  agent.dispose();
  // Without looking ahead it takes what is there.
  const greedy = agentOn(environment, { gamma: 0 });
  await learn(greedy, 10 * 40);
  const now = await evaluate(greedyPolicy(greedy.network), environment, 3);
  assertEquals(now.meanReturn, Math.fround(0.2));
  greedy.dispose();
});

Deno.test("`Ppo` takes steps of the size that the schedule gives the rollout", async () => {
  await openWasm();
  const seen: number[] = [];
  const schedule = (rollout: number) => {
    seen.push(rollout);
    return rollout === 1 ? 1 : 0;
  };
  const agent = agentOn(tabular(chain, side), { schedule });
  const weights = () => readBack(agent.weights.map(({ variable }) => variable));
  const before = await weights();
  await learn(agent, 40);
  const first = await weights();
  assertNotEquals(first, before);
  await learn(agent, 80, 40);
  assertEquals(await weights(), first);
  assertEquals(new Set(seen), new Set([1, 2]));
  agent.dispose();
});

Deno.test("`Ppo` continued from a saved state goes on with the same bits", async () => {
  await openWasm();
  const make = () => agentOn(tabular(chain, side), { steps: 10, batchSize: 24, epochs: 3 });
  // Within an epoch, whose last minibatch is smaller, between epochs, between rollouts.
  for (const [from, to] of [[14, 31], [4, 15], [24, 37]] as const) {
    const [whole, continued] = await interrupted(make, from, to);
    assertEquals(continued, whole);
  }
});

Deno.test("`Ppo` learns the same bits on any number of threads", async () => {
  const digests = await onThreads(() => agentOn(tabular(chain, side), { hidden: 300 }));
  assertEquals(digests, Array(3).fill(digests[0]));
});

Deno.test("`Ppo` leaves no tensors behind, in 1,000 updates and at its end", async () => {
  await openWasm();
  const tensors = await tensorsThrough(() => agentOn(tabular(chain, side)));
  assertEquals(tensors.during, Array(4).fill(tensors.during[0]));
  assertEquals(tensors.after, tensors.before);
});

Deno.test("`Ppo` refuses what is no number", async () => {
  await openWasm();
  const agent = agentOn(bandit([[NaN, NaN]], side));
  await assertRejects(() => learn(agent, 1), RangeError, "its reward is NaN");
  agent.dispose();
});

testEachBackend({
  "`ratios()` are exactly 1 before the first update, with dropout in the network": async () => {
    const before = network(key, { stateSize: 5, hidden: 16, heads: [3, 1] });
    const states = Float32Array.from({ length: 5 * 64 }, (_, i) => Math.fround(Math.sin(i)));
    const logs = (values: Float32Array, count: number) =>
      tf.tidy(() => tf.logSoftmax(outputsOf(before, values, count)[0]!));
    // Collected eight at a time, learned from 64 at a time.
    const collected = tf.tidy(() =>
      tf.concat(Array.from({ length: 8 }, (_, t) => logs(states.slice(40 * t, 40 * (t + 1)), 8)))
    );
    const now = logs(states, 64);
    const ratio = tf.tidy(() => {
      const taken = tf.oneHot(tf.tensor1d(Array.from({ length: 64 }, (_, i) => i % 3), "int32"), 3);
      const cast = tf.cast(taken, "float32");
      return ratios(now, { taken: cast, logProbabilities: tf.sum(tf.mul(collected, cast), 1) });
    });
    const [found] = await readBack([ratio]);
    tf.dispose([collected, now, ratio]);
    before.dispose();
    assertEquals([...found!], Array(64).fill(1));
  },
  "`Ppo` learns": async () => {
    const agent = agentOn(bandit(ARMS, side), { learningRate: 0.01, epochs: 4, steps: 16 });
    const { reward: none } = agent.collected;
    await learn(agent, agent.stepsPerRollout);
    const { reward: first } = agent.collected;
    await learn(agent, 4 * agent.stepsPerRollout, agent.stepsPerRollout);
    const later = (agent.collected.reward - first) / 3;
    assertEquals(none, 0);
    assert(later > 1.15 * first, `${later} after ${first}`);
    agent.dispose();
  },
});
