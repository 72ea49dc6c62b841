/**
 * What the driving document's wiring does, and the correct one does not.
 */

import { assert, assertEquals } from "@std/assert";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { exp } from "../numeric/elementary.ts";
import { integers, normal, uniform } from "../random/distributions.ts";
import { type Key, rootKey } from "../random/key.ts";
import { ActorCritic, type Wiring } from "./actor_critic.ts";
import { networksOf } from "./continuous_testing.ts";
import type { ContinuousTransitions } from "./episode_replay.ts";
import { Td3Learner } from "./td3_learner.ts";
import { openWasm } from "./testing.ts";

/**
 * The largest elements of the gradient of the actor's loss by each encoder's weights; `null` where there is none.
 *
 * @param cut Makes the actor's actions independent of its features.
 */
async function gradients(wiring: Wiring, { cut }: { readonly cut: boolean }) {
  const key = rootKey(3);
  const sizes = { image: [5], stateSize: 2, actionSize: 2, hidden: 6 };
  const networks = new ActorCritic(networksOf(sizes), { key, critics: 2, wiring });
  if (cut) {
    const first = networks.weights.find(({ name }) => name === "actor/head0/first/kernel")!;
    tf.tidy(() => first.variable.assign(tf.zerosLike(first.variable)));
  }
  const weights = networks.weights.map(({ variable }) => variable);
  const read = tf.tidy(() => {
    const seen = {
      image: tf.tensor2d(Float32Array.from(normal(key.key("image"), 40)), [8, 5]),
      vector: tf.tensor2d(Float32Array.from(normal(key.key("vector"), 16)), [8, 2]),
    };
    const { grads } = tf.variableGrads(networks.actorLoss(seen), weights);
    return networks.weights.map(({ name, variable }) => ({ name, gradient: grads[variable.name] }))
      .filter(({ gradient }) => gradient !== undefined);
  });
  const values = await readBack(read.map(({ gradient }) => gradient!));
  tf.dispose(read.map(({ gradient }) => gradient!));
  networks.dispose();
  const largest = (side: string) => {
    const own = values.filter((_, i) => read[i]!.name.startsWith(`${side}/encoder`));
    return own.length === 0 ? null : Math.max(...own.flatMap((of) => [...of].map(Math.abs)));
  };
  return { actor: largest("actor"), critic: largest("critic") };
}

Deno.test("`actorLoss()` moves the actor's encoder alone, and that by the action alone", async () => {
  await openWasm();
  const whole = await gradients("correct", { cut: false });
  assertEquals(whole.critic, null);
  assert(whole.actor! > 1e-4);
  assertEquals(await gradients("correct", { cut: true }), { actor: 0, critic: null });
});

Deno.test("`actorLoss()` in the document's wiring also goes through what the critic is given", async () => {
  await openWasm();
  const { actor, critic } = await gradients("document", { cut: true });
  assertEquals(critic, null);
  assert(actor! > 1e-4);
});

const ROWS = 4000, STATE = 24, ACTIONS = 2, BATCH = 32;

/** Transitions with rewards in [0, 1], of which state and action decide: with γ = 0.9 no value is beyond 10. */
function experience(seed: number): (key: Key, n: number) => ContinuousTransitions {
  const key = rootKey(seed);
  const draw = (name: string, n: number) => Float32Array.from(normal(key.key(name), n));
  const states = draw("states", ROWS * STATE), noise = draw("noise", ROWS * STATE);
  const actions = Float32Array.from(uniform(key.key("actions"), ROWS * ACTIONS, -1, 1));
  const weights = draw("weights", STATE * (ACTIONS + 1));
  const rewards = new Float32Array(ROWS);
  const next = states.map((x, i) => 0.8 * x + 0.5 * noise[i]!);
  for (let i = 0; i < ROWS; i++) {
    let sum = 0;
    for (let k = 0; k <= ACTIONS; k++) {
      const factor = k === ACTIONS ? 1 : actions[i * ACTIONS + k]!;
      for (let j = 0; j < STATE; j++) {
        sum += factor * states[i * STATE + j]! * weights[k * STATE + j]! / Math.sqrt(STATE);
      }
    }
    rewards[i] = 1 / (1 + exp(-sum));
  }
  return (own, n) => {
    const rows = integers(own, n, 0, ROWS);
    const take = (from: Float32Array, width: number) =>
      Float32Array.from(
        { length: n * width },
        (_, i) => from[rows[Math.floor(i / width)]! * width + i % width]!,
      );
    const none = new Float32Array(0);
    return {
      seen: { images: take(states, STATE), vectors: none },
      actions: take(actions, ACTIONS),
      rewards: take(rewards, 1),
      terminals: new Uint8Array(n),
      next: { images: take(next, STATE), vectors: none },
    };
  };
}

/** What an actor believes to earn, and the norm of its features, after 1,000 updates with normalised features. */
async function afterLearning(wiring: Wiring, seed: number) {
  const key = rootKey(seed);
  const sizes = { image: [STATE], stateSize: 0, actionSize: ACTIONS, hidden: 64, features: 64 };
  const learner = new Td3Learner({
    networks: networksOf(sizes),
    image: [STATE],
    ...{ key, wiring, gamma: 0.9, tau: 0.02, learningRate: 2e-3 },
  });
  const draw = experience(seed);
  for (let n = 1; n <= 1000; n++) tf.dispose(learner.update(n, draw(key.at(n), BATCH)));
  const inspection = learner.inspect(1, draw(key.key("judged"), 500));
  const [loss, features] = await readBack([inspection.actorLoss, inspection.features!]);
  tf.dispose(inspection);
  learner.dispose();
  const square = features!.reduce((sum, x) => sum + x * x, 0) / 500;
  return { believed: -loss![0]!, norm: Math.sqrt(square) };
}

Deno.test("the document's wiring makes features grow and values impossible in spite of LayerNorm", async () => {
  await openWasm();
  for (const seed of [1, 2, 3]) {
    const { believed, norm } = await afterLearning("document", seed);
    assert(believed > 10, `-actor loss is ${believed}`);
    assert(norm > 12, `the norm is ${norm}`);
  }
});

Deno.test("the correct wiring keeps features and values where they belong", async () => {
  await openWasm();
  for (const seed of [1, 2, 3]) {
    const { believed, norm } = await afterLearning("correct", seed);
    assert(believed > 2 && believed < 6, `-actor loss is ${believed}`);
    assert(norm < 8, `the norm is ${norm}`);
  }
});
