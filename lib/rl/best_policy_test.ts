import { assertEquals } from "@std/assert";
import { openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import type { SavedState } from "../train/state.ts";
import type { TrainingTrace } from "../train/trace.ts";
import { BestPolicy } from "./best_policy.ts";
import { interrupted, learn } from "./testing.ts";

/** An agent whose only weight is the number of its step, best at `peak`. */
function make(steps: number, every: number, peak: number) {
  const variable = tf.tidy(() => tf.variable(tf.scalar(0)));
  const value = async () => (await readBack([variable]))[0]![0]!;
  const agent = {
    weights: [{ name: "w", variable }],
    step(n: number, trace: TrainingTrace) {
      tf.tidy(() => variable.assign(tf.scalar(n)));
      trace.add(null);
      return Promise.resolve(false);
    },
    state: () => ({ w: variable }),
    restore: (saved: SavedState) => saved.assign(agent.weights),
  };
  const score = async () => -Math.abs(await value() - peak);
  const best = new BestPolicy(agent, { steps, every, score });
  return {
    best,
    value,
    weights: best.weights,
    step: (n: number, trace: TrainingTrace) => best.step(n, trace),
    state: () => best.state(),
    restore: (saved: SavedState) => best.restore(saved),
    dispose() {
      best.dispose();
      variable.dispose();
    },
  };
}

Deno.test("`BestPolicy` ends with the first of the best weights that were scored", async () => {
  await openDevice({ backend: "wasm" });
  const before = tf.memory().numTensors;
  for (const [peak, kept] of [[3.5, 3], [4.5, 3], [-1, 0], [99, 10]] as const) {
    const agent = make(10, 3, peak);
    await learn(agent, 10);
    assertEquals(agent.best.history.map(({ step }) => step), [0, 3, 6, 9, 10]);
    assertEquals(await agent.value(), kept);
    agent.dispose();
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("`BestPolicy` goes on from its state bit for bit, the best weights before it included", async () => {
  await openDevice({ backend: "wasm" });
  for (const from of [4, 6, 9, 10]) {
    const agents: ReturnType<typeof make>[] = [];
    const [whole, continued] = await interrupted(
      () => {
        const agent = make(10, 3, 3);
        agents.push(agent);
        return agent;
      },
      from,
      10,
    );
    assertEquals(continued, whole);
    assertEquals(agents[1]!.best.history, agents[0]!.best.history);
  }
});
