/**
 * Short trainings of every kernel-built model from fixed keys, as digests. Run by itself it prints them, a
 * JSON object a line, after a first line that says where it ran:
 *
 *     deno run --allow-read --allow-env=IGNORE_TEST_WIN32,READABLE_STREAM tests/golden/train.ts auto 2
 *
 * @module
 */

import bandwidth from "../../experiments/bandwidth_predictor.ts";
import { openDevice } from "../../lib/device/device.ts";
import { readBack } from "../../lib/device/read_back.ts";
import type { tf } from "../../lib/device/tf.ts";
import { resolveConfig } from "../../lib/experiment/config.ts";
import type { ConfigOf, Context, ExportedModel } from "../../lib/experiment/types.ts";
import { canonicalJson } from "../../lib/numeric/canonical_json.ts";
import { digestArrays, sha256Hex, type TypedArray } from "../../lib/numeric/digest.ts";
import { rootKey } from "../../lib/random/key.ts";
import { Adam } from "../../lib/train/adam.ts";
import { fit } from "../../lib/train/fit.ts";
import { mseLoss } from "../../lib/train/loss.ts";
import { digestState, readState, variablesState } from "../../lib/train/state.ts";
import { trainStep } from "../../lib/train/step.ts";
import { everyLayer, sequences } from "../../lib/train/testing.ts";
import { modelTrainable } from "../../lib/train/trainable.ts";
import type { Batch, Trainable } from "../../lib/train/types.ts";
import { assemble } from "../bench/assay.ts";
import { cases } from "../bench/cases.ts";

/** SHA-256 of what a training produced, by part: `losses`, `weights` and others. */
export type Digests = Readonly<Record<string, string>>;

/** Where the process that trains finds itself. */
export interface Surroundings {
  /** Class of the arithmetic: `wasm-fma` or `wasm-strict`. */
  readonly numerics: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly folder: string;
}

/** The digests of one model. */
export interface Golden {
  readonly model: string;
  readonly digests: Digests;
}

/** Training steps of each model. */
const STEPS = 3;

const key = rootKey(4);

/** The models by name, in the order in which they are trained. */
const models: Readonly<Record<string, () => Promise<Digests>>> = {
  ...Object.fromEntries(cases.map((spec) => [spec.name, () => {
    const { trainable, batch } = assemble(spec, key.key(spec.name));
    return train(trainable, batch);
  }])),
  "every-layer": () => {
    const samples = sequences("golden", 13);
    return train(
      modelTrainable(everyLayer(), mseLoss),
      samples.batch(Int32Array.from({ length: samples.count }, (_, i) => i)),
    );
  },
  "bandwidth-predictor": publishedNetwork,
};

/** Trains the models one after another on the open device, which is to be closed afterwards: nothing is freed. */
export async function* trainAll(): AsyncGenerator<Golden, void> {
  for (const [model, train] of Object.entries(models)) yield { model, digests: await train() };
}

/** Steps on one batch, with everything that Adam can do, and the loss that prediction then has on it. */
async function train(trainable: Trainable, batch: Batch): Promise<Digests> {
  const adam = new Adam(trainable.trainable, {
    learningRate: 1e-3,
    clipNorm: 0.1,
    weightDecay: 0.01,
  });
  const losses: tf.Scalar[] = [];
  for (let s = 0; s < STEPS; s++) {
    losses.push(trainStep(trainable, adam, batch, key.key("step").at(s)).loss);
  }
  losses.push(trainable.loss(batch, false));
  const read = await readBack(losses);
  return {
    losses: digestArrays({ losses: finite(read.map(([loss]) => loss!)) }),
    // A weight hides the last bits of its gradients, the moments do not.
    optimiser: digestState(await readState(adam.state())),
    weights: await digestWeights(trainable),
  };
}

/** The golden digests are of training alone. */
const NO_EXPORT: ExportedModel = {
  bytes: 0,
  createdAt: "",
  parity: {
    wasm: {
      provider: "wasm",
      batches: [],
      maxAbsolute: 0,
      maxRelative: 0,
      limit: 0,
      verdict: "equal",
    },
    webgpu: null,
  },
  latency: { calls: 0, median: 0, p99: 0, max: 0 },
};

/** The published network as its experiment trains it: its data, `fit`, prediction and scores. */
async function publishedNetwork(): Promise<Digests> {
  const config = resolveConfig(bandwidth, "full", ["traces=v2", "rows=300", "epochs=2"]);
  const data: Record<string, TypedArray> = {};
  let trained: Digests = {};
  type Config = ConfigOf<typeof bandwidth.config>;
  const context: Pick<
    Context<Config>,
    "config" | "seed" | "key" | "fit" | "exportModel" | "digestData" | "writeFile"
  > = {
    config,
    seed: 4,
    key: (path) => key.key(path),
    async fit(_name, model, options) {
      const fitted = await fit(model, options, { clock: () => 0 });
      const validation = fitted.history.map(({ validationLoss }) => validationLoss);
      trained = {
        losses: digestArrays({ losses: finite([...fitted.trace.losses, ...validation]) }),
        weights: await digestWeights(model),
      };
      return fitted;
    },
    exportModel: () => Promise.resolve(NO_EXPORT),
    digestData: (_name, arrays) => void Object.assign(data, arrays),
    writeFile: () => Promise.resolve(),
  };
  const { metrics, baselines, ceilings } = await bandwidth.run(context as Context<Config>);
  const scored = Object.fromEntries(
    Object.entries(metrics).filter(([name, { machine }]) => !machine && !name.includes("/onnx/")),
  );
  const scores = sha256Hex(canonicalJson({ metrics: scored, baselines, ceilings }));
  return { data: digestArrays(data), ...trained, scores };
}

async function digestWeights({ weights }: Trainable): Promise<string> {
  return digestState(await readState(variablesState(weights).state()));
}

/** The losses in f64, refused when they would hide everything that follows. */
function finite(losses: number[]): Float64Array {
  if (!losses.every(Number.isFinite)) throw new Error(`The losses became ${losses}`);
  return Float64Array.from(losses);
}

if (import.meta.main) {
  const say = (line: Surroundings | Golden) =>
    Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  const [numerics, threads] = Deno.args;
  const device = await openDevice({
    backend: "wasm",
    numerics: numerics as "auto" | "strict",
    threads: Number(threads),
  });
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  say({ numerics: device.numerics, locale, timeZone, folder: Deno.cwd() });
  for await (const golden of trainAll()) say(golden);
  // The threads of the pool would keep the process alive.
  Deno.exit(0);
}
