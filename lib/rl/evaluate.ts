/**
 * How good a policy is, and what it is to be measured by.
 *
 * @module
 */

import type { Key } from "../random/key.ts";
import type { VectorEnvironment } from "./environment.ts";
import { constantPolicy, type Policy, randomPolicy } from "./policy.ts";

/** What a policy earned. */
export interface Evaluation {
  /** Sum of the rewards of each episode, `[episodes · count]`, environment by environment. */
  readonly returns: Float64Array;
  /** Steps of each episode, likewise. */
  readonly lengths: Int32Array;
  /** Mean over the episodes. */
  readonly meanReturn: number;
  /** Mean over all steps. */
  readonly meanReward: number;
}

/**
 * Plays whole episodes from the environment's beginning, as many in each of its environments: were the first that
 * end counted, wherever they end, short ones would be counted more often.
 *
 * Its episodes must end under the policy. The environment is reset: any two policies meet the same episodes, so
 * far as these do not depend on actions.
 *
 * @param episodes In each of the environments.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { bandit } from "./testing.ts";
 * import { constantPolicy } from "./policy.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const environment = bandit([[0, 1]], { key: rootKey(1), count: 3 });
 * const { meanReturn, returns } = await evaluate(constantPolicy(1), environment, 2);
 * assertEquals([meanReturn, returns.length], [1, 6]);
 * ```
 */
export async function evaluate(
  policy: Policy,
  environment: VectorEnvironment,
  episodes: number,
): Promise<Evaluation> {
  const { count, stateSize } = environment;
  const returns = new Float64Array(episodes * count);
  const lengths = new Int32Array(episodes * count);
  const played = new Int32Array(count);
  const rewards = new Float32Array(count);
  const dones = new Uint8Array(count);
  environment.reset();
  for (let step = 0; played.some((own) => own < episodes); step++) {
    const states = new Float32Array(count * stateSize);
    environment.observe(states);
    environment.step(await policy(states, count, step), rewards, dones);
    for (let i = 0; i < count; i++) {
      if (played[i]! === episodes) continue;
      const episode = i * episodes + played[i]!;
      returns[episode]! += rewards[i]!;
      lengths[episode]!++;
      played[i]! += dones[i]!;
    }
  }
  const total = returns.reduce((sum, value) => sum + value, 0);
  const steps = lengths.reduce((sum, value) => sum + value, 0);
  return { returns, lengths, meanReturn: total / returns.length, meanReward: total / steps };
}

/**
 * What any policy is to be compared with: random actions, and each action always.
 *
 * @returns By name: `random`, `action-0`, `action-1` and so on.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { bandit } from "./testing.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const environment = bandit([[0, 1]], { key: rootKey(1), count: 3 });
 * const references = await referencePolicies(rootKey(2), environment, 10);
 * assertEquals(Object.keys(references), ["random", "action-0", "action-1"]);
 * assertEquals(references["action-1"]?.meanReturn, 1);
 * ```
 */
export async function referencePolicies(
  key: Key,
  environment: VectorEnvironment,
  episodes: number,
): Promise<Record<string, Evaluation>> {
  const { actions } = environment;
  const found: Record<string, Evaluation> = {
    random: await evaluate(randomPolicy(key, actions), environment, episodes),
  };
  for (let action = 0; action < actions; action++) {
    found[`action-${action}`] = await evaluate(constantPolicy(action), environment, episodes);
  }
  return found;
}
