/**
 * The document's three predictors, to the parameter, and their variants: with attention over the steps, for
 * several horizons, with what is known before a run, or with that alone.
 *
 * @module
 */

import {
  attentionPooling,
  bidirectional,
  dense,
  dropout,
  type Key,
  lastStep,
  lstm,
  tfl,
} from "assay";

/** A layer's units, and the share of its values dropped behind it. */
interface Sizes {
  readonly units: number;
  readonly dropout: number;
}

/** What tells one predictor from another. */
interface Architecture {
  readonly bidirectional: boolean;
  readonly recurrent: readonly Sizes[];
  readonly dense: readonly Sizes[];
}

const sizes = (units: number, dropout = 0): Sizes => ({ units, dropout });

const architectures = {
  standard: {
    bidirectional: false,
    recurrent: [sizes(128, 0.3), sizes(64, 0.3), sizes(32, 0.2)],
    dense: [sizes(32, 0.2), sizes(16)],
  },
  bidirectional: {
    bidirectional: true,
    recurrent: [sizes(64, 0.3), sizes(32, 0.2)],
    dense: [sizes(32, 0.2)],
  },
  lite: {
    bidirectional: false,
    recurrent: [sizes(64, 0.2), sizes(32)],
    dense: [sizes(16)],
  },
} as const satisfies Record<string, Architecture>;

/** The predictors by the document's names. */
export type PredictorName = keyof typeof architectures;

/** All of them. */
export const predictorNames = Object.keys(architectures) as readonly PredictorName[];

/** Width of the layer that scores a step for attention. */
const ATTENTION_UNITS = 32;
/** Width of the layer that reads the context. */
const CONTEXT_UNITS = 16;

/** What a predictor reads and foretells. */
export interface PredictorOptions {
  /** Numbers of a checkpoint; 0: it reads no checkpoints, but the context alone. */
  readonly features: number;
  /** Numbers known before a run; 0: it reads none. */
  readonly context: number;
  /** Numbers foretold: the targets at each horizon. */
  readonly outputs: number;
  /** Whether the steps, weighed by attention, join the last one. */
  readonly attention: boolean;
  /** The part of the documented rates of dropout that is used, from 0 to 1. Default 1. */
  readonly dropout?: number;
}

type Tensor = tfl.SymbolicTensor;

/**
 * A predictor with 131,043 parameters (`standard`), 78,211 (`bidirectional`) or 30,403 (`lite`) for 3 features
 * and 3 outputs. Inputs: a prefix f32 `[batch, time, features]` of any time and its mask `[batch, time]`, then
 * the context `[batch, context]`, each where it is read; output f32 `[batch, outputs]`. All weights start as in
 * Keras.
 *
 * Attention adds its 2,112 parameters for 64 units of the last recurrent layer (1,088 for 32) and as many
 * inputs of the first dense layer; a context, 16 units and as many inputs.
 *
 * @param key Source of the initial weights.
 * @throws {RangeError} When it would read nothing, or steps without reading them.
 */
export function predictorNetwork(
  key: Key,
  name: PredictorName,
  { features, context, outputs, attention, dropout = 1 }: PredictorOptions,
): tfl.LayersModel {
  if (features + context === 0 || (attention && features === 0)) {
    throw new RangeError(
      `Cannot make the predictor "${name}" of ${features} features and a context of ${context}${
        attention ? " with attention" : ""
      }: it needs features or a context, and features for attention`,
    );
  }
  const architecture = withDropout(architectures[name], dropout);
  const full = (units: number, activation: "relu" | "linear", layer: string) =>
    dense({ units, activation, init: "glorot", key: key.key(layer), name: layer });
  const inputs: Tensor[] = [];
  const parts: Tensor[] = [];
  if (features > 0) {
    const [x, mask] = [tfl.input({ shape: [null, features] }), tfl.input({ shape: [null] })];
    inputs.push(x, mask);
    parts.push(...readPrefix(key, architecture, attention, x, mask));
  }
  if (context > 0) {
    const known = tfl.input({ shape: [context] });
    inputs.push(known);
    parts.push(full(CONTEXT_UNITS, "relu", "context").apply(known) as Tensor);
  }
  let at = parts.length === 1
    ? parts[0]!
    : tfl.layers.concatenate({ name: "joined" }).apply(parts) as Tensor;
  architecture.dense.forEach(({ units, dropout }, i) => {
    at = full(units, "relu", `dense${i + 1}`).apply(at) as Tensor;
    at = dropped(dropout, `dense${i + 1}_dropout`, at);
  });
  return tfl.model({ inputs, outputs: full(outputs, "linear", "output").apply(at) as Tensor });
}

/** The last state, and where there is attention the steps that it weighs. */
function readPrefix(
  key: Key,
  { bidirectional: both, recurrent }: Architecture,
  attention: boolean,
  x: Tensor,
  mask: Tensor,
): Tensor[] {
  const make = both ? bidirectional : lstm;
  let at = x;
  recurrent.forEach(({ units, dropout }, i) => {
    const name = `lstm${i + 1}`;
    const returnSequences = attention || i < recurrent.length - 1;
    const layer = make({ units, biases: 1, returnSequences, key: key.key(name), name });
    at = dropped(dropout, `${name}_dropout`, layer.apply([at, mask]) as Tensor);
  });
  if (!attention) return [at];
  const pool = attentionPooling({
    units: ATTENTION_UNITS,
    key: key.key("attention"),
    name: "attention",
  });
  const last = lastStep({ bidirectional: both, name: "last" });
  return [last, pool].map((layer) => layer.apply([at, mask]) as Tensor);
}

function withDropout(
  { recurrent, dense, ...architecture }: Architecture,
  part: number,
): Architecture {
  const reduced = (layers: readonly Sizes[]) =>
    layers.map(({ units, dropout }) => sizes(units, part * dropout));
  return { ...architecture, recurrent: reduced(recurrent), dense: reduced(dense) };
}

function dropped(rate: number, name: string, x: Tensor): Tensor {
  return rate === 0 ? x : dropout({ rate, name }).apply(x) as Tensor;
}
