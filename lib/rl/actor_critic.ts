/**
 * An actor and its critics, each side with an encoder of its own, and the older copies that give their targets.
 *
 * @module
 */

import { tf, type tfl } from "../device/tf.ts";
import { softUpdate } from "../kernels/soft_update/op.ts";
import type { Key } from "../random/key.ts";
import { type Resumable, type SavedState, type State, variablesState } from "../train/state.ts";
import { namedWeights } from "../train/trainable.ts";
import type { NamedVariable } from "../train/types.ts";

/** Makes the networks of an agent with continuous actions; each is called several times, with keys of its own. */
export interface ActorCriticNetworks {
  /** From images, such as stacked frames, to features `[batch, n]`. Left out where there are no images. */
  readonly encoder?: (key: Key) => tfl.LayersModel;
  /** From features and numbers beside them `[batch, width]` to actions `[batch, actionSize]` in [-1, 1]. */
  readonly actor: (key: Key) => tfl.LayersModel;
  /** From features, numbers beside them and actions `[batch, width + actionSize]` to values `[batch, 1]`. */
  readonly critic: (key: Key) => tfl.LayersModel;
}

/**
 * Which features an encoder's gradient and a target stand on.
 *
 * - `correct`: the critic judges what the actor does on features of the critic's own encoder, which the actor
 *   does not move, and everything has a target. As Stable-Baselines3 with separate extractors.
 * - `document`: the critic judges it on features of the *actor's* encoder, on which it was never trained and
 *   through which the actor's gradient flows; encoders have no targets, and the target actor is fed features of
 *   the critic's encoder. As the driving document; its feature norms explode.
 */
export type Wiring = "correct" | "document";

/** What networks see of some states, on the device: an image, numbers, or both. */
export interface Observed {
  /** What the encoders take, f32 `[batch, ...]`. */
  readonly image: tf.Tensor | null;
  /** What the heads get as it is, f32 `[batch, stateSize]`. */
  readonly vector: tf.Tensor | null;
}

/** An encoder, if there are images, and the heads on its features. */
interface Side {
  readonly encoder: tfl.LayersModel | null;
  readonly heads: readonly tfl.LayersModel[];
}

/**
 * The networks of TD3 and DDPG: an actor and its critics, and the targets that follow them.
 *
 * @example
 * ```ts
 * import { dense, type Key, openDevice, rootKey, tf, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = (inputs: number, units: number, activation: "tanh" | "linear") => (key: Key) => {
 *   const input = tfl.input({ shape: [inputs] });
 *   const outputs = dense({ units, activation, key, name: "layer" }).apply(input);
 *   return tfl.model({ inputs: input, outputs: outputs as tfl.SymbolicTensor });
 * };
 * // Images are four numbers, which become three features; one more number is seen beside them.
 * const networks = new ActorCritic({
 *   encoder: layer(4, 3, "linear"),
 *   actor: layer(3 + 1, 2, "tanh"),
 *   critic: layer(3 + 1 + 2, 1, "linear"),
 * }, { key: rootKey(1), critics: 2, wiring: "correct" });
 * const seen = { image: tf.zeros([5, 4]), vector: tf.zeros([5, 1]) };
 * const actions = networks.act(seen);
 * assertEquals([actions, ...networks.values(seen, actions)].map(({ shape }) => shape), [[5, 2], [5, 1], [5, 1]]);
 * networks.dispose();
 * ```
 */
export class ActorCritic implements Resumable {
  /** Everything that learns. */
  readonly weights: readonly NamedVariable[];
  /** What the actor's gradient moves. */
  readonly actorWeights: readonly NamedVariable[];
  /** What the critics' gradient moves. */
  readonly criticWeights: readonly NamedVariable[];
  readonly #wiring: Wiring;
  readonly #actor: Side;
  readonly #critic: Side;
  readonly #targetActor: Side;
  readonly #targetCritic: Side;
  readonly #targets: readonly NamedVariable[];
  readonly #followed: readonly tf.Variable[];
  readonly #models: readonly tfl.LayersModel[];

  /** @param critics How many: two of TD3, one of DDPG. */
  constructor(
    networks: ActorCriticNetworks,
    { key, critics, wiring }: {
      readonly key: Key;
      readonly critics: number;
      readonly wiring: Wiring;
    },
  ) {
    const sides = (encoded: boolean): readonly [Side, Side] => [
      sideOf(networks.actor, 1, encoded ? networks.encoder : undefined, key.key("actor")),
      sideOf(networks.critic, critics, encoded ? networks.encoder : undefined, key.key("critic")),
    ];
    this.#wiring = wiring;
    [this.#actor, this.#critic] = sides(true);
    const [actor, critic] = sides(wiring === "correct");
    const standIn = wiring === "correct" ? {} : { encoder: this.#critic.encoder };
    this.#targetActor = { ...actor, ...standIn };
    this.#targetCritic = { ...critic, ...standIn };
    this.#models = [this.#actor, this.#critic, actor, critic].flatMap(modelsOf);
    this.actorWeights = weightsOf(this.#actor, "actor");
    this.criticWeights = weightsOf(this.#critic, "critic");
    this.weights = [...this.actorWeights, ...this.criticWeights];
    const learned = new Map(this.weights.map(({ name, variable }) => [name, variable]));
    this.#targets = [...weightsOf(actor, "actor"), ...weightsOf(critic, "critic")];
    this.#followed = this.#targets.map(({ name }) => learned.get(name)!);
    this.#targets.forEach(({ variable }, i) => variable.assign(this.#followed[i]!));
  }

  /** Actions in [-1, 1], f32 `[batch, actionSize]`. */
  act(seen: Observed): tf.Tensor {
    return applied(this.#actor.heads[0]!, stateOf(this.#actor.encoder, seen));
  }

  /** The features of the actor's encoder, f32 `[batch, n]`; `null` where there is none. */
  features({ image }: Observed): tf.Tensor | null {
    const { encoder } = this.#actor;
    return encoder === null ? null : applied(encoder, image!);
  }

  /** What every critic says of actions, f32 `[batch, 1]` each. */
  values(seen: Observed, actions: tf.Tensor): tf.Tensor[] {
    const input = tf.concat([stateOf(this.#critic.encoder, seen), actions], 1);
    return this.#critic.heads.map((head) => applied(head, input));
  }

  /**
   * What the targets say is to be had from `seen` on, f32 `[batch, 1]`: the least of their values of the target
   * actor's actions with `noise` added.
   */
  futureValues(seen: Observed, noise: tf.Tensor | null): tf.Tensor {
    const { encoder: actorEncoder, heads: [actor] } = this.#targetActor;
    const { encoder: criticEncoder, heads } = this.#targetCritic;
    const actorState = stateOf(actorEncoder, seen);
    const criticState = actorEncoder === criticEncoder ? actorState : stateOf(criticEncoder, seen);
    const chosen = applied(actor!, actorState);
    const actions = noise === null ? chosen : tf.clipByValue(tf.add(chosen, noise), -1, 1);
    const input = tf.concat([criticState, actions], 1);
    return heads.map((head) => applied(head, input)).reduce((a, b) => tf.minimum(a, b));
  }

  /**
   * What the actor makes small, `-mean Q₁(s, μ(s))`, as a function to differentiate: what it stands on and does
   * not move is computed now.
   */
  actorLoss(seen: Observed): () => tf.Scalar {
    const { encoder: ownEncoder, heads: [actor] } = this.#actor;
    const { encoder: criticEncoder, heads: [critic] } = this.#critic;
    const judged = this.#wiring === "correct" ? stateOf(criticEncoder, seen) : null;
    return () => {
      const state = stateOf(ownEncoder, seen);
      const input = tf.concat([judged ?? state, applied(actor!, state)], 1);
      return tf.neg(tf.mean(applied(critic!, input))) as tf.Scalar;
    };
  }

  /** Moves all targets a share of the way to what they follow. */
  follow(share: number): void {
    softUpdate(this.#targets.map(({ variable }) => variable), this.#followed, share);
  }

  state(): State {
    const targets = Object.entries(variablesState(this.#targets).state());
    return {
      ...variablesState(this.weights).state(),
      ...Object.fromEntries(targets.map(([name, value]) => [`target/${name}`, value])),
    };
  }

  restore(saved: SavedState): void {
    saved.assign(this.weights);
    saved.within("target").assign(this.#targets);
  }

  /** Releases all networks. */
  dispose(): void {
    for (const model of this.#models) model.dispose();
  }
}

/** @param head Called for each of them with a key of its own, as is the encoder. */
function sideOf(
  head: (key: Key) => tfl.LayersModel,
  heads: number,
  encoder: ((key: Key) => tfl.LayersModel) | undefined,
  key: Key,
): Side {
  return {
    encoder: encoder?.(key.key("encoder")) ?? null,
    heads: Array.from({ length: heads }, (_, i) => head(key.key("head").at(i))),
  };
}

function modelsOf({ encoder, heads }: Side): tfl.LayersModel[] {
  return encoder === null ? [...heads] : [encoder, ...heads];
}

function weightsOf({ encoder, heads }: Side, name: string): NamedVariable[] {
  return [
    ...encoder === null ? [] : namedWeights(encoder.layers, `${name}/encoder/`),
    ...heads.flatMap(({ layers }, i) => namedWeights(layers, `${name}/head${i}/`)),
  ];
}

/** What the heads are given: features, numbers beside them, or the one that there is. */
function stateOf(encoder: tfl.LayersModel | null, { image, vector }: Observed): tf.Tensor {
  if (encoder === null) return vector!;
  const features = applied(encoder, image!);
  return vector === null ? features : tf.concat([features, vector], 1);
}

function applied(model: tfl.LayersModel, x: tf.Tensor): tf.Tensor {
  return model.apply(x) as tf.Tensor;
}
