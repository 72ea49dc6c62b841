import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { dense } from "../layers/dense.ts";
import { constant, fromValues } from "../layers/initializers.ts";
import { rootKey } from "../random/key.ts";
import { networksOf } from "./continuous_testing.ts";
import { DDPG, Td3Learner, type Td3LearnerOptions } from "./td3_learner.ts";
import { openWasm } from "./testing.ts";

const key = rootKey(31);
const none = new Float32Array(0);
/** What a policy at tanh(0.5) does. */
const CHOSEN = Math.tanh(0.5);

/** One dense layer of given weights. */
function layer(kernel: readonly number[], bias: number, activation: "tanh" | "linear") {
  const input = tfl.input({ shape: [kernel.length] });
  const init = { kernel: fromValues(() => kernel), bias: constant(bias) };
  const outputs = dense({ units: 1, activation, init, key, name: "layer" }).apply(input);
  return tfl.model({ inputs: input, outputs: outputs as tfl.SymbolicTensor });
}

/** One number is seen; the actor always does tanh(bias); the critics are `[by state, by action, bias]`. */
function learnerOf(
  critics: readonly (readonly [number, number, number])[],
  options: Partial<Td3LearnerOptions> = {},
  bias = 0.5,
): Td3Learner {
  let made = 0;
  const networks = {
    actor: () => layer([0], bias, "tanh"),
    critic: () => {
      const [state, action, own] = critics[made++ % critics.length]!;
      return layer([state, action], own, "linear");
    },
  };
  return new Td3Learner({ networks, key, critics: critics.length as 1 | 2, ...options });
}

/** Rows of one number seen, done, paid, and so on. */
function batchOf(rows: readonly (readonly [number, number, number, number, number])[]) {
  const column = (i: number) => Float32Array.from(rows, (row) => row[i]!);
  return {
    seen: { images: none, vectors: column(0) },
    actions: column(1),
    rewards: column(2),
    terminals: Uint8Array.from(column(3)),
    next: { images: none, vectors: column(4) },
  };
}

/** State 1, action 0.5, reward 2, terminal or not, then state 3. */
const ended = [1, 0.5, 2, 1, 3] as const, wentOn = [1, 0.5, 2, 0, 3] as const;

async function targetsOf(learner: Td3Learner, batch: ReturnType<typeof batchOf>, n = 1) {
  const inspection = learner.inspect(n, batch);
  const [targets] = await readBack([inspection.targets]);
  tf.dispose(inspection);
  learner.dispose();
  return [...targets!];
}

testEachBackend({
  "`Td3Learner` reckons with a future unless the episode ended": async () => {
    const learner = learnerOf([[10, 1, 0], [10, 1, 0]], { gamma: 0.5, targetNoise: 0 });
    const [end, on] = await targetsOf(learner, batchOf([ended, wentOn]));
    assertEquals(end, 2);
    assertAlmostEquals(on!, 2 + 0.5 * (30 + CHOSEN), 1e-5);
  },
  "`Td3Learner` takes the less of what two critics say, DDPG what its one says": async () => {
    const one = [10, 1, 0] as const, other = [0, 1, 20] as const;
    const options = { gamma: 0.5, targetNoise: 0 };
    const rows = batchOf([wentOn, [1, 0.5, 2, 0, 1]]);
    const [a, b] = await targetsOf(learnerOf([one, other], options), rows);
    assertAlmostEquals(a!, 2 + 0.5 * (20 + CHOSEN), 1e-5);
    assertAlmostEquals(b!, 2 + 0.5 * (10 + CHOSEN), 1e-5);
    const [c] = await targetsOf(learnerOf([one], { gamma: 0.5, ...DDPG }), rows);
    assertAlmostEquals(c!, 2 + 0.5 * (30 + CHOSEN), 1e-5);
  },
  "`Td3Learner` smooths target actions with noise that is clipped, as they are": async () => {
    // So much noise that all of it is clipped.
    const options = { gamma: 1, targetNoise: 1e6, targetNoiseLimit: 0.25 };
    const critics = [[0, 1, 0], [0, 1, 0]] as const;
    const rows = batchOf(Array(64).fill([1, 0.5, 0, 0, 3]));
    const inside = await targetsOf(learnerOf(critics, options, 0), rows);
    assertEquals(new Set(inside), new Set([-0.25, 0.25]));
    // At tanh(3) the upper side is beyond 1.
    const atEdge = await targetsOf(learnerOf(critics, options, 3), rows);
    const values = [...new Set(atEdge)].sort();
    assertAlmostEquals(values[0]!, Math.tanh(3) - 0.25, 1e-6);
    assertEquals(values.slice(1), [1]);
  },
});

Deno.test("`Td3Learner` draws other noise for every update, and none twice", async () => {
  await openWasm();
  const targets = async (n: number) =>
    await targetsOf(
      learnerOf([[0, 1, 0], [0, 1, 0]], { key: rootKey(5) }, 0),
      batchOf(Array(64).fill(wentOn)),
      n,
    );
  const [first, again, second] = [await targets(1), await targets(1), await targets(2)];
  assertEquals(first, again);
  assert(first.every((value, i) => value !== second[i]));
  assertEquals(new Set(first).size, 64);
});

Deno.test("`Td3Learner` moves the actor and all targets every second time, the critics every time", async () => {
  await openWasm();
  const sizes = { image: [3], stateSize: 2, actionSize: 1, hidden: 4 };
  const learner = new Td3Learner({ networks: networksOf(sizes), image: [3], key, tau: 0.5 });
  const batch = {
    seen: { images: Float32Array.of(1, 2, -1, 0, 1, 1), vectors: Float32Array.of(1, 0, 0, 1) },
    actions: Float32Array.of(0.3, -0.3),
    rewards: Float32Array.of(1, 2),
    terminals: Uint8Array.of(0, 1),
    next: { images: Float32Array.of(0, 2, 1, 1, -1, 1), vectors: Float32Array.of(0, 1, 1, 0) },
  };
  /** Which parts have moved since the last time. */
  let before: Record<string, string> = {};
  const moved = async () => {
    const state = learner.networks.state() as Record<string, tf.Tensor>;
    const values = await readBack(Object.values(state));
    const now = Object.fromEntries(Object.keys(state).map((name, i) => [name, values[i]!.join()]));
    const parts = Object.keys(now).filter((name) => now[name] !== before[name])
      .map((name) => /^(target\/)?(actor|critic)\/[a-z]+/.exec(name)![0]);
    before = now;
    return [...new Set(parts)].sort();
  };
  await moved();
  tf.dispose(learner.update(1, batch));
  assertEquals(await moved(), ["critic/encoder", "critic/head"]);
  tf.dispose(learner.update(2, batch));
  assertEquals(await moved(), [
    ...["actor/encoder", "actor/head", "critic/encoder", "critic/head"],
    ...["target/actor/encoder", "target/actor/head", "target/critic/encoder", "target/critic/head"],
  ]);
  learner.dispose();
});

Deno.test("`Td3Learner` may move the actor at another rate", async () => {
  await openWasm();
  const learner = learnerOf([[10, 1, 0], [10, 1, 0]], { policyDelay: 1, actorLearningRate: 0 });
  const weights = async () => {
    const read = await readBack(learner.weights.map(({ variable }) => variable));
    return learner.weights.map(({ name }, i) => `${name} ${read[i]}`);
  };
  const before = await weights();
  tf.dispose(learner.update(1, batchOf([wentOn])));
  const moved = (await weights()).filter((text, i) => text !== before[i]);
  assertEquals(new Set(moved.map((text) => text.split("/")[0])), new Set(["critic"]));
  learner.dispose();
});

Deno.test("`Td3Learner` tells gradients before it clips them", async () => {
  await openWasm();
  const norms = async (options: Partial<Td3LearnerOptions>) => {
    const learner = learnerOf([[10, 1, 0], [10, 1, 0]], { ...options, policyDelay: 1 });
    const { criticGradientNorm, actorGradientNorm, ...rest } = learner.update(1, batchOf([wentOn]));
    const read = await readBack([criticGradientNorm, actorGradientNorm!]);
    tf.dispose([criticGradientNorm, actorGradientNorm!, ...Object.values(rest)]);
    learner.dispose();
    return read.map(([norm]) => norm);
  };
  const [critic, actor] = await norms({});
  const clipped = await norms({ actorClipNorm: 1e-3, criticClipNorm: 1e-3 });
  assertEquals(clipped[0], critic);
  // The critic that judges it has moved by another step.
  assertAlmostEquals(clipped[1]!, actor!, 1e-4);
  assert(critic! > 10 && actor! > 1);
});
