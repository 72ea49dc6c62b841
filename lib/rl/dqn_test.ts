import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { Dqn, type DqnOptions } from "./dqn.ts";
import { greedyPolicy, outputsOf } from "./policy.ts";
import {
  bandit,
  bestValues,
  chain,
  digestOf,
  interrupted,
  learn,
  network,
  tabular,
} from "./testing.ts";

const key = rootKey(12);
const side = { key: key.key("world"), count: 8 };
const ARMS = [[0, 0.5, 1], [1, 0, 0.5], [0.5, 1, 0], [0.2, 0.4, 0.3]];

function agentOn(
  environment: DqnOptions["environment"],
  options: Partial<DqnOptions> & { readonly hidden?: number } = {},
): Dqn {
  const { hidden = 16, ...own } = options;
  const { stateSize, actions } = environment;
  return new Dqn({
    network: () => network(key.key("weights"), { stateSize, hidden, heads: [actions] }),
    environment,
    key: key.key("agent"),
    learningRate: 3e-3,
    targetEvery: 25,
    exploration: { decay: 200 },
    ...own,
  });
}

/** The identity, so that a network shows what it makes of every state. */
function everyState(n: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));
}

async function open(threads = 1): Promise<void> {
  await openDevice({ backend: "wasm", threads });
}

Deno.test("`Dqn` finds the best arm of every context of a bandit", async () => {
  await open();
  const agent = agentOn(bandit(ARMS, side));
  await learn(agent, 400);
  assertEquals(
    await greedyPolicy(agent.network)(everyState(4), 4, 0),
    Int32Array.of(2, 0, 1, 1),
  );
  agent.dispose();
});

Deno.test("`Dqn` learns the values that value iteration finds", async () => {
  await open();
  const gamma = 0.8;
  // It goes on exploring, so that it comes to know the worse actions too.
  const agent = agentOn(tabular(chain, side), { gamma, exploration: { floor: 0.5, decay: 100 } });
  await learn(agent, 2500);
  const values = tf.tidy(() => outputsOf(agent.network, everyState(5), 5)[0]!);
  const [found] = await readBack([values]);
  values.dispose();
  bestValues(chain, gamma).flat().forEach((value, i) =>
    assertAlmostEquals(found![i]!, value, 0.06, `state ${i >> 1}, action ${i % 2}`)
  );
  const { transitions, episodes, reward } = agent.collected;
  // A step of eight environments for eight updates, and eight before the first.
  assertEquals(transitions, 8 * (Math.ceil(2500 / 8) + 7));
  assert(episodes > 300 && reward > 0);
  agent.dispose();
});

Deno.test("`Dqn` continued from a saved state goes on with the same bits", async () => {
  await open();
  const make = () =>
    agentOn(tabular(chain, { ...side, count: 4 }), { updatesPerStep: 3, capacity: 100 });
  // Between two steps of the environments, and after the ring has gone around.
  for (const [from, to] of [[50, 120], [101, 130]] as const) {
    const [whole, continued] = await interrupted(make, from, to);
    assertEquals(continued, whole);
  }
});

Deno.test("`Dqn` learns the same bits on any number of threads", async () => {
  const digests: string[] = [];
  for (const threads of [1, 2, 3]) {
    await open(threads);
    const agent = agentOn(tabular(chain, side), { hidden: 300, batchSize: 96 });
    await learn(agent, 20);
    digests.push(await digestOf(agent));
    agent.dispose();
  }
  assertEquals(digests, Array(3).fill(digests[0]));
});

Deno.test("`Dqn` leaves no tensors behind, in 1,000 updates and at its end", async () => {
  await open();
  const before = tf.memory().numTensors;
  const agent = agentOn(tabular(chain, side));
  const seen: number[] = [];
  for (let at = 0; at < 1000; at += 250) {
    await learn(agent, at + 250, at);
    seen.push(tf.memory().numTensors);
  }
  assertEquals(seen, Array(4).fill(seen[0]));
  agent.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("`Dqn` refuses what is no number, and keeps its targets within their limit", async () => {
  await open();
  const broken = agentOn(bandit([[0, NaN]], side));
  await assertRejects(() => learn(broken, 10), RangeError, "its reward is NaN");
  broken.dispose();
  const agent = agentOn(bandit([[100, 100]], side), { targetLimit: 2, learningRate: 0.02 });
  await learn(agent, 800);
  const values = tf.tidy(() => outputsOf(agent.network, Float32Array.of(1), 1)[0]!);
  for (const value of (await readBack([values]))[0]!) assertAlmostEquals(value, 2, 0.2);
  values.dispose();
  agent.dispose();
});

testEachBackend({
  "`Dqn` learns": async () => {
    const agent = agentOn(bandit(ARMS, side), { learningRate: 0.01 });
    const losses = await learn(agent, 64);
    const mean = (part: Float32Array) => part.reduce((sum, v) => sum + v, 0) / part.length;
    assert(mean(losses.subarray(-16)) < 0.5 * mean(losses.subarray(0, 16)));
    agent.dispose();
  },
});
