import { assertAlmostEquals, assertEquals } from "@std/assert";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { advantages, normalise, type RolloutValues } from "./gae.ts";

const STEPS = 13;
const COUNT = 3;
const key = rootKey(4);

function rollout(): RolloutValues {
  const draw = (name: string, n: number) => Float32Array.from(uniform(key.key(name), n, -1, 1));
  return {
    rewards: draw("rewards", STEPS * COUNT),
    values: draw("values", STEPS * COUNT),
    dones: Uint8Array.from(draw("dones", STEPS * COUNT), (v) => Number(v > 0.6)),
    bootstrap: draw("bootstrap", COUNT),
  };
}

/** The definition: the sum of all later δ, each weighted by (γ λ)ˡ, up to the end of the episode. */
function naive(
  { rewards, values, dones, bootstrap }: RolloutValues,
  gamma: number,
  lambda: number,
) {
  const at = (t: number, c: number) => t * COUNT + c;
  const delta = (t: number, c: number) => {
    const next = t + 1 < STEPS ? values[at(t + 1, c)]! : bootstrap[c]!;
    return rewards[at(t, c)]! + gamma * (1 - dones[at(t, c)]!) * next - values[at(t, c)]!;
  };
  return Array.from({ length: STEPS * COUNT }, (_, row) => {
    const [first, c] = [Math.floor(row / COUNT), row % COUNT];
    let sum = 0, weight = 1;
    for (let t = first; t < STEPS && weight > 0; t++) {
      sum += weight * delta(t, c);
      weight *= gamma * lambda * (1 - dones[at(t, c)]!);
    }
    return sum;
  });
}

Deno.test("`advantages()` are the sums of the definition", () => {
  const given = rollout();
  for (const [gamma, lambda] of [[0.99, 0.95], [1, 1], [0.9, 0], [0, 0.95]] as const) {
    const found = advantages(given, { gamma, lambda });
    naive(given, gamma, lambda).forEach((expected, i) => {
      assertAlmostEquals(found.advantages[i]!, expected, 1e-6);
      assertAlmostEquals(found.returns[i]!, expected + given.values[i]!, 1e-6);
    });
  }
});

Deno.test("`advantages()` by hand: two episodes and one cut off, γ 0.5, λ 0.5", () => {
  const { advantages: found, returns } = advantages({
    rewards: Float32Array.of(1, 2, 3),
    values: Float32Array.of(4, 8, 2),
    dones: Uint8Array.of(0, 1, 0),
    bootstrap: Float32Array.of(10),
  }, { gamma: 0.5, lambda: 0.5 });
  // δ: 1 + 4 - 4; 2 - 8, the episode over; 3 + 5 - 2.
  assertEquals([...found], [1 - 6 / 4, -6, 6]);
  assertEquals([...returns], [4 - 0.5, 2, 8]);
});

Deno.test("`advantages()` of a bandit, by γ = 0 or by done, are the rewards less the values", () => {
  const given = rollout();
  const expected = given.rewards.map((reward, i) => reward - given.values[i]!);
  const over = { ...given, dones: new Uint8Array(STEPS * COUNT).fill(1) };
  const options = { gamma: 0.99, lambda: 0.95 };
  assertEquals(advantages(given, { ...options, gamma: 0 }).advantages, expected);
  assertEquals(advantages(over, options).advantages, expected);
});

Deno.test("`normalise()` gives mean 0 and deviation 1, and zeros where all are the same", () => {
  const values = rollout().rewards;
  normalise(values);
  const sum = (of: (v: number) => number) => values.reduce((total, v) => total + of(v), 0);
  assertAlmostEquals(sum((v) => v), 0, 1e-4);
  assertAlmostEquals(sum((v) => v * v) / (values.length - 1), 1, 1e-5);
  for (const same of [Float32Array.of(3, 3), Float32Array.of(3)]) {
    normalise(same);
    assertEquals(same.some((v) => v !== 0), false);
  }
});
