import { assert, assertEquals, assertRejects } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { actorPolicy, type ContinuousPolicy } from "./continuous_policy.ts";
import { aiming, networksOf, walking, type WalkingOptions } from "./continuous_testing.ts";
import type { ContinuousEnvironment } from "./environment.ts";
import { Td3, type Td3Options } from "./td3.ts";
import { DDPG } from "./td3_learner.ts";
import { interrupted, learn, onThreads, openWasm, tensorsThrough } from "./testing.ts";

const key = rootKey(41);
const side = { key: key.key("world"), count: 4 };

const anything: ContinuousPolicy = (_, actions, step) =>
  actions.set(uniform(key.key("anything").at(step), actions.length, -1, 1));

function agentOn(
  environment: ContinuousEnvironment,
  options: Partial<Td3Options> & { readonly hidden?: number } = {},
): Td3 {
  const { hidden = 16, ...own } = options;
  const { stateSize, actionSize, frameSide } = environment;
  const image = frameSide === 0 ? {} : { image: [frameSide, frameSide, 4] };
  return new Td3({
    networks: networksOf({ ...image, stateSize, actionSize, hidden }),
    environment,
    key: key.key("agent"),
    warmUp: { transitions: 64, policy: anything },
    capacity: 10_000,
    learningRate: 3e-3,
    ...own,
  });
}

const walk = (options: Partial<WalkingOptions> = {}) => walking({ ...side, ...options });

/** Mean reward of a step under a policy, over some steps from the environment's beginning. */
async function meanReward(policy: ContinuousPolicy, environment: ContinuousEnvironment) {
  const { count, actionSize } = environment;
  const actions = new Float32Array(count * actionSize), rewards = new Float32Array(count);
  const terminals = new Uint8Array(count), truncations = new Uint8Array(count);
  let sum = 0;
  environment.reset();
  for (let step = 0; step < 60; step++) {
    await policy(environment, actions, step);
    environment.step(actions, rewards, terminals, truncations);
    environment.renew();
    sum += rewards.reduce((a, b) => a + b);
  }
  return sum / 60 / count;
}

for (const [name, options] of [["TD3", {}], ["DDPG", DDPG]] as const) {
  Deno.test(`\`Td3\` as ${name} learns to walk to the middle and to stay there`, async () => {
    await openWasm();
    const agent = agentOn(walk(), { gamma: 0.9, ...options });
    await learn(agent, 800);
    const found = await meanReward(actorPolicy(agent.learner), walk());
    const random = await meanReward(anything, walk());
    // The best there is: half a step a time from a start in [-1, 1].
    assert(found > 0.9 && found > random + 0.25, `${found}, random ${random}`);
    agent.dispose();
  });
}

Deno.test("`Td3.stepsFor()` says when so much has been collected and learned from", async () => {
  await openWasm();
  for (const updatesPerStep of [1, 3, 4]) {
    const agent = agentOn(walk(), {
      updatesPerStep,
      warmUp: { transitions: 30, policy: anything },
    });
    // The warm-up takes eight steps of four environments.
    assertEquals(
      [0, 32, 33, 80].map((n) => agent.stepsFor(n)),
      [1, 1, 2, 13].map((n) => n * updatesPerStep),
    );
    await learn(agent, agent.stepsFor(80));
    assertEquals(agent.collected.transitions, 80);
    agent.dispose();
  }
});

Deno.test("`Td3` continued from a saved state goes on with the same bits, and says the same", async () => {
  await openWasm();
  for (const frameSide of [0, 4]) {
    const said: string[][] = [];
    const make = () => {
      const own: string[] = [];
      said.push(own);
      return agentOn(walk({ frameSide }), {
        capacity: 150,
        updatesPerStep: 3,
        batchSize: 16,
        diagnostics: { every: 20, log: (...event) => own.push(event.join()) },
      });
    };
    // Between two steps of the environments and between two readings, and after the ring has gone around.
    for (const [from, to] of [[50, 90], [101, 130]] as const) {
      said.length = 0;
      const [whole, continued] = await interrupted(make, from, to);
      assertEquals(continued, whole);
      // The second was made anew, and before it took over it made three updates.
      assertEquals(said[1], said[0]!.slice(-said[1]!.length));
      assert(said[1]!.length > 0);
    }
  }
});

Deno.test("`Td3` learns the same bits on any number of threads", async () => {
  const digests = await onThreads(() =>
    agentOn(walk({ frameSide: 20 }), { hidden: 300, batchSize: 96 })
  );
  assertEquals(digests, Array(3).fill(digests[0]));
});

Deno.test("`Td3` leaves no tensors behind, in 1,000 updates and at its end", async () => {
  await openWasm();
  const diagnostics = { every: 125, log: () => {} };
  const tensors = await tensorsThrough(() => agentOn(walk({ frameSide: 4 }), { diagnostics }));
  assertEquals(tensors.during, Array(4).fill(tensors.during[0]));
  assertEquals(tensors.after, tensors.before);
});

Deno.test("`Td3` refuses what is no number", async () => {
  await openWasm();
  const environment = walk();
  const broken = {
    ...environment,
    step(...[actions, rewards, ...ends]: Parameters<ContinuousEnvironment["step"]>) {
      environment.step(actions, rewards, ...ends);
      rewards[1] = NaN;
    },
  };
  const agent = agentOn(broken);
  await assertRejects(() => learn(agent, 1), RangeError, "environment 1 did: its reward is NaN");
  agent.dispose();
});

Deno.test("`Td3` logs the document's tags, with the transitions collected", async () => {
  await openWasm();
  const events: [string, number, number][] = [];
  const agent = agentOn(walk({ frameSide: 4 }), {
    batchSize: 16,
    diagnostics: { every: 40, valueBound: 100, log: (...event) => events.push(event) },
  });
  await learn(agent, 80);
  const last = events.slice(events.length / 2);
  assertEquals(new Set(events.map(([, transitions]) => transitions)), new Set([100, 140]));
  for (
    const tag of [
      "debug/cnn_features_l2_norm",
      "train/critic_loss",
      "train/actor_loss",
      "debug/td_error_q1",
      "train/episode_reward",
      "debug/q1_mean",
      "alerts/gradient_explosion_warning",
      "alerts/gradient_explosion_critical",
      "alerts/q_bound",
      "alerts/actor_critic_gap",
    ]
  ) {
    const [, , value] = last.find(([own]) => own === tag)!;
    assert(Number.isFinite(value), tag);
    if (tag.startsWith("alerts/")) assertEquals(value, 0, tag);
  }
  // An episode of twelve steps, or one that left the road earlier.
  const of = (tag: string) => last.find(([own]) => own === tag)![2];
  assert(of("train/episode_length") > 2 && of("train/episode_length") <= 12);
  assertEquals(of("train/exploration_noise"), 0.1);
  agent.dispose();
});

testEachBackend({
  "`Td3` learns": async () => {
    const environment = aiming({ ...side, count: 8 });
    const agent = agentOn(environment, { learningRate: 0.01, batchSize: 32 });
    const before = await meanReward(actorPolicy(agent.learner), aiming({ ...side, count: 8 }));
    await learn(agent, 120);
    const after = await meanReward(actorPolicy(agent.learner), aiming({ ...side, count: 8 }));
    assert(after > 0.6 * before, `${after} after ${before}`);
    agent.dispose();
  },
});
