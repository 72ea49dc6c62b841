/**
 * The networks of the document's two upper layers, to the parameter.
 */

import {
  type Activation,
  columns,
  dense,
  dropout,
  initializers,
  type Key,
  layerNormalization,
  tfl,
} from "assay";

/** Numbers that the strategic layer sees: features of the invocation, then context of its application. */
export const STRATEGIC_STATE = { invocation: 10, application: 4 };

/** Numbers that the tactical layer sees. */
export const TACTICAL_STATE = 11;

type Tensor = tfl.SymbolicTensor;

/**
 * Values of the three providers from a strategic state `[batch, 14]`: 22,179 parameters. Kaiming-normal weights
 * and biases of 0.01.
 *
 * @param drop Scales the document's dropout rates of 0.1, 0.1 and 0.2; 0 leaves dropout out.
 */
export function strategicNetwork(key: Key, drop = 1): tfl.LayersModel {
  const { invocation, application } = STRATEGIC_STATE;
  const full = (name: string, units: number, activation: Activation) => {
    const init = {
      kernel: initializers.kaimingNormal(key.key(name)),
      bias: initializers.constant(0.01),
    };
    return dense({ units, activation, init, key, name });
  };
  const part = (name: string, from: number, to: number, units: number) => {
    const seen = columns({ from, to, name }).apply(input) as Tensor;
    return block(name, full(`${name}-dense`, units, "relu"), 0.1 * drop)(seen);
  };
  const input = tfl.input({ shape: [invocation + application] });
  const both = tfl.layers.concatenate({ name: "both" }).apply([
    part("invocation", 0, invocation, 64),
    part("application", invocation, invocation + application, 32),
  ]) as Tensor;
  const joined = block("joined", full("joined-dense", 128, "relu"), 0.2 * drop)(both);
  const values = through(joined, full("last", 64, "relu"), full("values", 3, "linear"));
  return tfl.model({ inputs: input, outputs: values });
}

/**
 * Logits of the 24 placements `[batch, 24]` and the value `[batch, 1]` of a tactical state `[batch, 11]`:
 * 36,825 parameters. Orthogonal weights with gain √2, biases of zero; the logits' gain is 0.01, not the document's
 * √2, with which the first policies hardly try what they did not happen to begin with (Andrychowicz et al. 2021):
 * on validation parts 0.65 of the gap instead of 0.63, at the same cost.
 *
 * @param drop Scales the document's dropout rate of 0.1. It left dropout on in updates and off in collection,
 * so that its probability ratios differed from 1 before anything was learned; `Ppo` has it off in both.
 */
export function tacticalNetwork(key: Key, drop = 0): tfl.LayersModel {
  const full = (name: string, units: number, activation: Activation, gain = Math.SQRT2) => {
    const init = {
      kernel: initializers.orthogonal(key.key(name), gain),
      bias: initializers.constant(0),
    };
    return dense({ units, activation, init, key, name });
  };
  const input = tfl.input({ shape: [TACTICAL_STATE] });
  const shared = block("shared", full("shared-dense", 128, "relu"), 0.1 * drop)(input);
  const actor = block("actor", full("actor-dense", 128, "relu"), 0.1 * drop)(shared);
  const logits = through(actor, full("actor-last", 64, "relu"), full("logits", 24, "linear", 0.01));
  const critic = block("critic", full("critic-dense", 64, "relu"), 0)(shared);
  const value = through(critic, full("value", 1, "linear"));
  return tfl.model({ inputs: input, outputs: [logits, value] });
}

/** A dense layer, its normalisation and dropout. */
function block(name: string, layer: tfl.layers.Layer, rate: number): (x: Tensor) => Tensor {
  const after = [layerNormalization({ axes: "last", name: `${name}-norm` })];
  if (rate > 0) after.push(dropout({ rate, name: `${name}-dropout` }));
  return (x) => through(x, layer, ...after);
}

function through(x: Tensor, ...layers: readonly tfl.layers.Layer[]): Tensor {
  return layers.reduce<Tensor>((at, layer) => layer.apply(at) as Tensor, x);
}
