import { assertAlmostEquals, assertEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { tf } from "../device/tf.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { savedState } from "../train/state.ts";
import { networksOf } from "./continuous_testing.ts";
import { Td3Diagnostics, type Td3DiagnosticsOptions } from "./td3_diagnostics.ts";
import { Td3Learner } from "./td3_learner.ts";
import { openWasm } from "./testing.ts";

const key = rootKey(51);

/** Takes note of an update, with or without the actor. */
function note(diagnostics: Td3Diagnostics, critic: [number, number], actor?: [number, number]) {
  const [criticLoss, criticGradientNorm] = critic.map((x) => tf.scalar(x));
  const [actorLoss, actorGradientNorm] = (actor ?? []).map((x) => tf.scalar(x));
  const update = {
    criticLoss: criticLoss!,
    criticGradientNorm: criticGradientNorm!,
    ...actor ? { actorLoss: actorLoss!, actorGradientNorm: actorGradientNorm! } : {},
  };
  diagnostics.add(update);
  tf.dispose(update);
}

/** What is read of values of actions taken, and of the actor's. */
async function read(
  diagnostics: Td3Diagnostics,
  n: number,
  { values = [[1, 2], [3, 3], [5, 7]], actorQ = 3 }: {
    values?: number[][];
    actorQ?: number;
  } = {},
) {
  const inspection = tf.tidy(() => ({
    features: tf.tensor2d([[3, 4], [0, 0], [-6, 8]]),
    actions: tf.tensor2d([[0.95, -1], [0, 0.5], [-0.5, 0.05]]),
    values: tf.tensor2d(values),
    targets: tf.tensor2d([[2], [3], [3]]),
    actorLoss: tf.scalar(-actorQ),
  }));
  const found = await diagnostics.read(n, inspection);
  tf.dispose(inspection);
  return found;
}

testEachBackend({
  "`Td3Diagnostics` tells what its tags say": async () => {
    const before = tf.memory().numTensors;
    const diagnostics = new Td3Diagnostics();
    note(diagnostics, [4, 1]);
    note(diagnostics, [2, 5], [-1, 0.5]);
    note(diagnostics, [3, 2]);
    note(diagnostics, [7, 2], [-2, 0.25]);
    const found = await read(diagnostics, 4);
    const expected = {
      "train/critic_loss": 4,
      "train/critic_gradient_norm": 5,
      "train/actor_loss": -1.5,
      "train/actor_gradient_norm": 0.5,
      "debug/q1_mean": 3,
      "debug/q1_std": Math.sqrt(8 / 3),
      "debug/q1_min": 1,
      "debug/q1_max": 5,
      "debug/q1_q2_diff": 1,
      "debug/target_q_mean": 8 / 3,
      "debug/target_q_std": Math.sqrt(2) / 3,
      "debug/td_error_q1": 1,
      "debug/actor_q_mean": 3,
      "debug/action_mean": 0,
      "debug/action_std": Math.sqrt(2.405 / 6),
      "debug/action_saturation": 1 / 3,
      "debug/cnn_features_l2_norm": 5,
      "debug/cnn_features_mean": 1.5,
      "debug/cnn_features_std": Math.sqrt(125 / 6 - 2.25),
      "debug/cnn_features_min": -6,
      "debug/cnn_features_max": 8,
      "alerts/gradient_explosion_warning": 0,
      "alerts/gradient_explosion_critical": 0,
      "alerts/q_bound": 0,
      "alerts/actor_critic_gap": 0,
    };
    assertEquals(Object.keys(found).sort(), Object.keys(expected).sort());
    for (const [tag, value] of Object.entries(expected)) {
      assertAlmostEquals(found[tag]!, value, 1e-6, tag);
    }
    // What was read is forgotten.
    note(diagnostics, [1, 1], [1, 1]);
    assertEquals((await read(diagnostics, 5))["train/critic_loss"], 1);
    assertEquals(tf.memory().numTensors, before);
  },
  "`Td3Diagnostics` continued from a saved state tells the same": async () => {
    const before = tf.memory().numTensors;
    const make = () => new Td3Diagnostics({ valueBound: 5 });
    const [whole, continued] = [make(), make()];
    const half = async (diagnostics: Td3Diagnostics, first: number) => {
      for (let n = first; n < first + 30; n++) {
        note(diagnostics, [n, 1], n % 2 ? [n, 1] : undefined);
      }
      if (first > 0) note(diagnostics, [1, 1], [1, 50]);
      return first === 0 ? null : await read(diagnostics, 300, { actorQ: 20 });
    };
    await half(whole, 0);
    await read(whole, 100, { actorQ: 20 });
    await half(whole, 0);
    continued.restore(await savedState(whole, "test"));
    const [one, other] = [await half(whole, 40), await half(continued, 40)];
    assertEquals(other, one);
    assertEquals(one!["alerts/actor_critic_gap"], 1);
    assertEquals(one!["alerts/gradient_explosion_warning"], 1);
    for (const diagnostics of [whole, continued]) diagnostics.dispose();
    assertEquals(tf.memory().numTensors, before);
  },
});

Deno.test("`Td3Diagnostics` has a bound for values, and a gap that must last", async () => {
  await openWasm();
  const alarms = async (
    diagnostics: Td3Diagnostics,
    n: number,
    options: Parameters<typeof read>[2],
  ) => {
    const found = await read(diagnostics, n, options);
    return [found["alerts/q_bound"], found["alerts/actor_critic_gap"]];
  };
  const diagnostics = new Td3Diagnostics({ valueBound: 9 });
  // Values of 3 ± 1.63: an actor's of 8 is more than three deviations away.
  assertEquals(await alarms(diagnostics, 100, { actorQ: 8 }), [0, 0]);
  assertEquals(await alarms(diagnostics, 200, { actorQ: 8 }), [0, 0]);
  assertEquals(await alarms(diagnostics, 300, { actorQ: 9.5 }), [1, 1]);
  assertEquals(await alarms(diagnostics, 400, { actorQ: 7 }), [0, 0]);
  assertEquals(await alarms(diagnostics, 500, { actorQ: -5 }), [0, 0]);
  assertEquals(await alarms(diagnostics, 700, { actorQ: -5 }), [0, 1]);
  assertEquals(await alarms(diagnostics, 800, { values: [[-10, 0], [0, 0], [1, 0]] }), [1, 0]);
  assertEquals(await alarms(diagnostics, 900, { values: [[NaN, 0], [0, 0], [1, 0]] }), [1, 0]);
});

/** The alarms after one update in which the critic says `burst` times as much, of a learner that clips. */
async function afterBurst(options: Td3DiagnosticsOptions, burst: number) {
  const sizes = { stateSize: 3, actionSize: 1, hidden: 8 };
  const clip = { actorClipNorm: 0.1, criticClipNorm: 0.1 };
  const learner = new Td3Learner({ networks: networksOf(sizes), key, ...clip, policyDelay: 1 });
  const diagnostics = new Td3Diagnostics(options);
  const last = learner.weights.find(({ name }) => name === "critic/head0/last/kernel")!.variable;
  const scale = (factor: number) => tf.tidy(() => last.assign(tf.mul(last, factor)));
  const alarmsAt = async (...numbers: number[]) => {
    for (const n of numbers) {
      if (n === 65) scale(burst);
      const made = learner.update(n, batchOf(n));
      if (n === 65) scale(1 / burst);
      diagnostics.add(made);
      tf.dispose(made);
    }
    const n = numbers.at(-1)!;
    const inspection = learner.inspect(n, batchOf(n));
    const found = await diagnostics.read(n, inspection);
    tf.dispose(inspection);
    return ["warning", "critical"].map((level) => found[`alerts/gradient_explosion_${level}`]!);
  };
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const alarms = {
    before: await alarmsAt(...range(1, 61)),
    after: await alarmsAt(...range(61, 71)),
  };
  learner.dispose();
  return alarms;
}

/** Noise, another for every update. */
function batchOf(n: number) {
  const draw = (name: string, values: number) =>
    Float32Array.from(uniform(key.at(n).key(name), values, -1, 1));
  const states = (name: string) => ({ images: new Float32Array(0), vectors: draw(name, 48) });
  return {
    ...{ seen: states("seen"), next: states("next"), terminals: new Uint8Array(16) },
    ...{ actions: draw("actions", 16), rewards: draw("rewards", 16) },
  };
}

Deno.test("`Td3Diagnostics` tells of a burst of gradients although they are clipped", async () => {
  await openWasm();
  const before = [0, 0];
  assertEquals(await afterBurst({}, 1), { before, after: [0, 0] });
  assertEquals(await afterBurst({}, 30), { before, after: [1, 0] });
  assertEquals(await afterBurst({}, 1e3), { before, after: [1, 1] });
  // The document's limits know no usual length, only very great ones.
  const document = { gradientLimits: "document" } as const;
  assertEquals(await afterBurst(document, 1e3), { before, after: [0, 0] });
  assertEquals(await afterBurst(document, 1e7), { before, after: [1, 1] });
});
