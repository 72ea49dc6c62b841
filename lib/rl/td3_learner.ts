/**
 * What TD3 and DDPG learn from a minibatch.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { normal } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { Adam } from "../train/adam.ts";
import { mseLoss } from "../train/loss.ts";
import { type Resumable, type SavedState, type State, together } from "../train/state.ts";
import { descend } from "../train/step.ts";
import type { NamedVariable } from "../train/types.ts";
import {
  ActorCritic,
  type ActorCriticNetworks,
  type Observed,
  type Wiring,
} from "./actor_critic.ts";
import type { ContinuousTransitions } from "./episode_replay.ts";
import type { Sights } from "./episode_ring.ts";

/** Settings of {@linkcode Td3Learner}; the defaults are those of TD3 (Fujimoto et al. 2018). */
export interface Td3LearnerOptions {
  readonly networks: ActorCriticNetworks;
  /** Shape of the image that the encoder takes, without the batch. Default: no images. */
  readonly image?: readonly number[];
  /** Source of the initial weights and of the noise on target actions. */
  readonly key: Key;
  /** Default `correct`. */
  readonly wiring?: Wiring;
  /** The least of their values is the target's. Default 2. */
  readonly critics?: 1 | 2;
  /** Discount a step, in [0, 1). Default 0.99. */
  readonly gamma?: number;
  /** Share of the way that targets go to what they follow. Default 0.005. */
  readonly tau?: number;
  /** Updates of the critics for one of the actor and the targets. Default 2. */
  readonly policyDelay?: number;
  /** Standard deviation of the noise on target actions. Default 0.2. */
  readonly targetNoise?: number;
  /** Farthest that this noise goes to either side. Default 0.5. */
  readonly targetNoiseLimit?: number;
  /** Adam's step size. Default 3e-4. */
  readonly learningRate?: number;
  /** That of the actor, where it is another. Default `learningRate`. */
  readonly actorLearningRate?: number;
  /** Longest gradient of all of the actor's weights together. Default: any length. */
  readonly actorClipNorm?: number;
  /** Longest gradient of all of the critics' weights together. Default: any length. */
  readonly criticClipNorm?: number;
}

/** What makes it DDPG (Lillicrap et al. 2016): one critic, no noise on target actions, the actor every time. */
export const DDPG = { critics: 1, policyDelay: 1, targetNoise: 0 } as const;

const DEFAULTS = {
  image: [],
  wiring: "correct",
  critics: 2,
  gamma: 0.99,
  tau: 0.005,
  policyDelay: 2,
  targetNoise: 0.2,
  targetNoiseLimit: 0.5,
  learningRate: 3e-4,
  actorClipNorm: Infinity,
  criticClipNorm: Infinity,
} as const;

/** What an update leaves on the device. A type, not an interface, so that `tf.dispose` takes it. */
export type Td3Update = {
  /** Sum of the critics' mean squared errors, before the update. */
  readonly criticLoss: tf.Scalar;
  /** Of all of the critics' weights together, before clipping. */
  readonly criticGradientNorm: tf.Scalar;
  /** `-mean Q₁(s, μ(s))`, before the actor's update; every `policyDelay` updates. */
  readonly actorLoss?: tf.Scalar;
  /** Of all of the actor's weights together, before clipping. */
  readonly actorGradientNorm?: tf.Scalar;
};

/** What the networks make of a minibatch. A type, not an interface, so that `tf.dispose` takes it. */
export type Td3Inspection = {
  /** Of the actor's encoder, f32 `[batch, n]`; none without images. */
  readonly features?: tf.Tensor;
  /** The actor's, f32 `[batch, actionSize]`. */
  readonly actions: tf.Tensor;
  /** What the critics say of the actions that were taken, f32 `[batch, critics]`. */
  readonly values: tf.Tensor;
  /** What these should be, f32 `[batch, 1]`. */
  readonly targets: tf.Tensor;
  /** `-mean Q₁(s, μ(s))`. */
  readonly actorLoss: tf.Scalar;
};

/**
 * The networks of TD3 (Fujimoto et al. 2018), their optimisers, and what they learn from a minibatch: both critics
 * go toward the less of what the targets say, and every second time the actor toward what the first critic likes.
 * With {@linkcode DDPG} it is DDPG.
 *
 * @example
 * ```ts
 * import { dense, type Key, openDevice, readBack, rootKey, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const head = (inputs: number, activation: "tanh" | "linear") => (key: Key) => {
 *   const input = tfl.input({ shape: [inputs] });
 *   const outputs = dense({ units: 1, activation, key, name: "head" }).apply(input);
 *   return tfl.model({ inputs: input, outputs: outputs as tfl.SymbolicTensor });
 * };
 * const networks = { actor: head(1, "tanh"), critic: head(2, "linear") };
 * const learner = new Td3Learner({ networks, key: rootKey(1), gamma: 0.5 });
 * const none = { images: new Float32Array(0) };
 * const batch = {
 *   seen: { ...none, vectors: Float32Array.of(0.1, 0.2) },
 *   actions: Float32Array.of(1, -1),
 *   rewards: Float32Array.of(3, 4),
 *   terminals: Uint8Array.of(0, 1),
 *   next: { ...none, vectors: Float32Array.of(0.3, 0.4) },
 * };
 * const { targets, values } = learner.inspect(1, batch);
 * assertEquals([values.shape, (await readBack([targets]))[0]![1]], [[2, 2], 4]);
 * assertEquals(Object.keys(learner.update(1, batch)).length, 2);
 * assertEquals(Object.keys(learner.update(2, batch)).length, 4);
 * learner.dispose();
 * ```
 */
export class Td3Learner implements Resumable {
  readonly networks: ActorCritic;
  readonly #options: Omit<Required<Td3LearnerOptions>, "networks" | "actorLearningRate">;
  readonly #actorAdam: Adam;
  readonly #criticAdam: Adam;
  readonly #parts: Resumable;

  constructor({ networks, ...options }: Td3LearnerOptions) {
    this.#options = { ...DEFAULTS, ...options };
    const { key, critics, wiring, learningRate, actorClipNorm, criticClipNorm } = this.#options;
    const { actorLearningRate = learningRate } = options;
    this.networks = new ActorCritic(networks, { key: key.key("weights"), critics, wiring });
    const { actorWeights, criticWeights } = this.networks;
    this.#actorAdam = new Adam(actorWeights, {
      learningRate: actorLearningRate,
      clipNorm: actorClipNorm,
    });
    this.#criticAdam = new Adam(criticWeights, { learningRate, clipNorm: criticClipNorm });
    this.#parts = together({
      networks: this.networks,
      "adam/actor": this.#actorAdam,
      "adam/critic": this.#criticAdam,
    });
  }

  /** What learns, for the loop's fingerprints and digests. */
  get weights(): readonly NamedVariable[] {
    return this.networks.weights;
  }

  /** What the actor does in `n` states, f32 `[n, actionSize]`. */
  act(seen: Sights, n: number): tf.Tensor {
    return tf.tidy(() => this.networks.act(this.#observed(seen, n)));
  }

  /** Makes update `n`, from 1; the tensors are the caller's. */
  update(n: number, batch: ContinuousTransitions): Td3Update {
    const { key, policyDelay, tau } = this.#options;
    const own = key.key("layers").at(n);
    const { actorWeights, criticWeights } = this.networks;
    return tf.tidy(() => {
      const seen = this.#observed(batch.seen, batch.rewards.length);
      const targets = this.#targets(n, batch);
      const actions = this.#actions(batch);
      const ofCritics = descend(
        criticWeights,
        this.#criticAdam,
        own.key("critic"),
        () =>
          this.networks.values(seen, actions).map((values) => mseLoss(values, targets))
            .reduce((a, b) => tf.add(a, b)),
      );
      const update = {
        criticLoss: ofCritics.loss,
        criticGradientNorm: ofCritics.gradientNorm,
      };
      if (n % policyDelay !== 0) return update;
      const loss = this.networks.actorLoss(seen);
      const ofActor = descend(actorWeights, this.#actorAdam, own.key("actor"), loss);
      this.networks.follow(tau);
      return { ...update, actorLoss: ofActor.loss, actorGradientNorm: ofActor.gradientNorm };
    });
  }

  /** Looks at a minibatch and changes nothing; the noise on target actions is that of update `n`. */
  inspect(n: number, batch: ContinuousTransitions): Td3Inspection {
    return tf.tidy(() => {
      const seen = this.#observed(batch.seen, batch.rewards.length);
      const features = this.networks.features(seen);
      return {
        ...features === null ? {} : { features },
        actions: this.networks.act(seen),
        values: tf.concat(this.networks.values(seen, this.#actions(batch)), 1),
        targets: this.#targets(n, batch),
        actorLoss: this.networks.actorLoss(seen)(),
      };
    });
  }

  /** Networks, targets and optimisers. */
  state(): State {
    return this.#parts.state();
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
  }

  /** Releases all of them. */
  dispose(): void {
    this.networks.dispose();
    this.#actorAdam.dispose();
    this.#criticAdam.dispose();
  }

  /** `r + γ (1 - terminal) minⱼ Q'ⱼ(s', clip(μ'(s') + clip(noise, ± limit), ± 1))`, f32 `[batch, 1]`. */
  #targets(n: number, { rewards, terminals, actions, next }: ContinuousTransitions): tf.Tensor {
    const { key, gamma, targetNoise } = this.#options;
    const rows = rewards.length;
    const column = (values: Float32Array) => tf.tensor2d(values, [rows, 1]);
    const discounts = Float32Array.from(terminals, (terminal) => terminal === 1 ? 0 : gamma);
    const shape: [number, number] = [rows, actions.length / rows];
    const noise = targetNoise === 0
      ? null
      : tf.tensor2d(this.#noise(key.key("smoothing").at(n), actions.length), shape);
    const future = this.networks.futureValues(this.#observed(next, rows), noise);
    return tf.add(column(rewards), tf.mul(column(discounts), future));
  }

  /** f32 `[n]`. */
  #noise(key: Key, n: number): Float32Array {
    const { targetNoise, targetNoiseLimit: limit } = this.#options;
    const noise = Float32Array.from(normal(key, n, 0, targetNoise));
    for (let i = 0; i < n; i++) noise[i] = Math.min(Math.max(noise[i]!, -limit), limit);
    return noise;
  }

  #actions({ actions, rewards }: ContinuousTransitions): tf.Tensor {
    return tf.tensor2d(actions, [rewards.length, actions.length / rewards.length]);
  }

  #observed({ images, vectors }: Sights, rows: number): Observed {
    return {
      image: images.length === 0 ? null : tf.tensor(images, [rows, ...this.#options.image]),
      vector: vectors.length === 0 ? null : tf.tensor2d(vectors, [rows, vectors.length / rows]),
    };
  }
}
