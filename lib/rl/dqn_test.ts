import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { Dqn, type DqnOptions } from "./dqn.ts";
import { greedyPolicy, outputsOf } from "./policy.ts";
import {
  ARMS,
  bandit,
  BEST_ARMS,
  bestValues,
  chain,
  interrupted,
  learn,
  network,
  onThreads,
  openWasm,
  tabular,
  tensorsThrough,
} from "./testing.ts";

const key = rootKey(12);
const side = { key: key.key("world"), count: 8 };

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

Deno.test("`Dqn` finds the best arm of every context of a bandit", async () => {
  await openWasm();
  const agent = agentOn(bandit(ARMS, side));
  await learn(agent, 400);
  assertEquals(await greedyPolicy(agent.network)(everyState(4), 4, 0), BEST_ARMS);
  agent.dispose();
});

Deno.test("`Dqn` learns the values that value iteration finds", async () => {
  await openWasm();
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
  await openWasm();
  const make = () =>
    agentOn(tabular(chain, { ...side, count: 4 }), { updatesPerStep: 3, capacity: 100 });
  // Between two steps of the environments, and after the ring has gone around.
  for (const [from, to] of [[50, 120], [101, 130]] as const) {
    const [whole, continued] = await interrupted(make, from, to);
    assertEquals(continued, whole);
  }
});

Deno.test("`Dqn` learns the same bits on any number of threads", async () => {
  const digests = await onThreads(() =>
    agentOn(tabular(chain, side), { hidden: 300, batchSize: 96 })
  );
  assertEquals(digests, Array(3).fill(digests[0]));
});

Deno.test("`Dqn` leaves no tensors behind, in 1,000 updates and at its end", async () => {
  await openWasm();
  const tensors = await tensorsThrough(() => agentOn(tabular(chain, side)));
  assertEquals(tensors.during, Array(4).fill(tensors.during[0]));
  assertEquals(tensors.after, tensors.before);
});

Deno.test("`Dqn` refuses what is no number, and keeps its targets within their limit", async () => {
  await openWasm();
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
