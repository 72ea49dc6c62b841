/**
 * The networks of the driving document, to the parameter, and small ones of the same kind.
 */

import {
  activation,
  type ActorCriticNetworks,
  conv2d,
  dense,
  initializers,
  type Key,
  layerNormalization,
  tfl,
} from "assay";

type Tensor = tfl.SymbolicTensor;

/** A convolution: filters, extent of the kernel, stride. */
type Convolution = readonly [filters: number, kernelSize: number, strides: number];

/**
 * Encoders of stacked frames by name. `nature84` is that of Mnih et al. 2015, 1,684,128 parameters; `mini42` sees
 * a quarter of the pixels and has 49,328.
 */
export const encoders = {
  nature84: { side: 84, convolutions: [[32, 8, 4], [64, 4, 2], [64, 3, 1]], features: 512 },
  mini42: { side: 42, convolutions: [[16, 8, 4], [32, 4, 2]], features: 128 },
} as const satisfies Record<
  string,
  {
    readonly side: 84 | 42;
    readonly convolutions: readonly Convolution[];
    readonly features: number;
  }
>;

/** The name of an encoder. */
export type EncoderName = keyof typeof encoders;

/** Frames that make an image. */
export const STACK = 4;

/** Slope below zero of what follows a convolution. */
const LEAK = 0.01;

/** Which networks an agent has. */
export interface DrivingNetworksOptions {
  /** `null` where it sees no frames. */
  readonly encoder: EncoderName | null;
  /** Whether each layer of the encoder is normalised over the whole sample before its activation. */
  readonly layerNorm: boolean;
  /** Numbers that are seen beside the frames. */
  readonly stateSize: number;
  /** Units of the hidden layers of actor and critics. The document's: 256 and 256. */
  readonly hidden?: readonly number[];
}

/**
 * Networks of an actor of two actions and its critics. With 512 features and 53 numbers beside them an actor's head
 * has 211,202 parameters and a critic's 211,457.
 */
export function drivingNetworks(
  { encoder, layerNorm, stateSize, hidden = [256, 256] }: DrivingNetworksOptions,
): ActorCriticNetworks {
  const width = stateSize + (encoder === null ? 0 : encoders[encoder].features);
  return {
    ...encoder === null ? {} : { encoder: (key) => frameEncoder(encoder, layerNorm, key) },
    actor: (key) => actor(width, hidden, key),
    critic: (key) => critic(width + ACTIONS, hidden, key),
  };
}

/** Numbers in an action: steering and pedals. */
const ACTIONS = 2;

/** What the last layer of an actor begins at, of its usual size: so that the first actions are near zero. */
const FIRST_ACTIONS = 0.01;

/**
 * Features of an image f32 `[batch, side, side, 4]`: convolutions and a dense layer, each followed by a leaky ReLU,
 * and with `layerNorm` by a normalisation before it. Weights are normal with variance `2 / ((1 + 0.01²) fanOut)`,
 * biases zero.
 */
export function frameEncoder(name: EncoderName, layerNorm: boolean, key: Key): tfl.LayersModel {
  const { side, convolutions, features } = encoders[name];
  const own = (layer: string) => ({
    init: {
      kernel: initializers.kaimingNormal(key.key(layer), { fan: "out", slope: LEAK }),
      bias: initializers.constant(0),
    },
    activation: layerNorm ? "linear" : "leakyRelu",
    key,
    name: layer,
  } as const);
  const normalised = (x: Tensor, layer: string) =>
    layerNorm
      ? through(
        x,
        layerNormalization({ axes: "sample", name: `${layer}-norm` }),
        activation({ activation: "leakyRelu", name: `${layer}-leaky` }),
      )
      : x;
  const input = tfl.input({ shape: [side, side, STACK] });
  const seen = convolutions.reduce<Tensor>((x, [filters, kernelSize, strides], i) => {
    const layer = `conv${i + 1}`;
    return normalised(through(x, conv2d({ filters, kernelSize, strides, ...own(layer) })), layer);
  }, input);
  const full = dense({ units: features, ...own("full") });
  const flat = through(seen, tfl.layers.flatten({ name: "flat" }), full);
  return tfl.model({ inputs: input, outputs: normalised(flat, "full") });
}

/** ReLU layers and tanh; weights and biases as PyTorch's, uniform on `± 1/√fanIn`, the last layer's a hundredth. */
function actor(width: number, hidden: readonly number[], key: Key): tfl.LayersModel {
  const limit = FIRST_ACTIONS / Math.sqrt(hidden.at(-1) ?? width);
  const init = {
    kernel: initializers.uniform(key.key("actions/kernel"), limit),
    bias: initializers.uniform(key.key("actions/bias"), limit),
  };
  const last = dense({ units: ACTIONS, activation: "tanh", init, key, name: "actions" });
  return head(width, hidden, key, last);
}

/** ReLU layers and a sum; weights and biases as PyTorch's. */
function critic(width: number, hidden: readonly number[], key: Key): tfl.LayersModel {
  const own = { key: key.key("value"), name: "value" };
  return head(width, hidden, key, dense({ units: 1, activation: "linear", ...own }));
}

function head(
  width: number,
  hidden: readonly number[],
  key: Key,
  last: tfl.layers.Layer,
): tfl.LayersModel {
  const input = tfl.input({ shape: [width] });
  const layers = hidden.map((units, i) => {
    const name = `hidden${i + 1}`;
    return dense({ units, activation: "relu", key: key.key(name), name });
  });
  return tfl.model({ inputs: input, outputs: through(input, ...layers, last) });
}

function through(x: Tensor, ...layers: readonly tfl.layers.Layer[]): Tensor {
  return layers.reduce<Tensor>((at, layer) => layer.apply(at) as Tensor, x);
}
