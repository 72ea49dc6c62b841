/**
 * What a run hands to an experiment's `run`: keys, training, logging and files of one run directory.
 *
 * @module
 */

import { join } from "@std/path";
import type { Device } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { safetensorsParts } from "../dataset/safetensors.ts";
import { writeParts } from "../dataset/atomic_file.ts";
import type { Context } from "../experiment/types.ts";
import { digestArrays, digestParts, type TypedArray } from "../numeric/digest.ts";
import { type Key, rootKey } from "../random/key.ts";
import { fit } from "../train/fit.ts";
import type { Epoch, FitOptions, Fitted, Trainable } from "../train/types.ts";
import { seconds } from "./clock.ts";
import type { EventLog } from "./events.ts";
import { writeWhole } from "./files.ts";
import type { Progress } from "./progress.ts";
import type { Digests } from "./schema.ts";

/** The parts of a request a context needs. */
export interface ContextRequest<Config> {
  readonly config: Config;
  readonly profile: string;
  readonly seed: number;
  readonly device: Device;
  readonly progress: Progress;
}

/** The {@linkcode Context} of one run, working in one folder. */
export class RunContext<Config> implements Context<Config> {
  readonly config: Config;
  readonly profile: string;
  readonly seed: number;
  readonly device: Device;
  /** Seconds spent in `fit` so far. */
  trainSeconds = 0;
  readonly #root: Key;
  readonly #folder: string;
  readonly #events: EventLog;
  readonly #progress: Progress;
  readonly #digests = {
    data: new Map<string, string>(),
    weights: new Map<string, string>(),
    history: new Map<string, string>(),
  };

  /** A context that writes under `folder`. */
  constructor(request: ContextRequest<Config>, folder: string, events: EventLog) {
    this.config = request.config;
    this.profile = request.profile;
    this.seed = request.seed;
    this.device = request.device;
    this.#root = rootKey(request.seed);
    this.#folder = folder;
    this.#events = events;
    this.#progress = request.progress;
  }

  key(path: string): Key {
    return this.#root.key(path);
  }

  async fit(name: string, model: Trainable, options: FitOptions): Promise<Fitted> {
    this.#refuseTwice("weights", name, "train");
    const fitted = await fit(model, options, {
      clock: seconds,
      onProgress: ({ epoch, epochs, step, steps, loss }) =>
        this.#progress.advance(
          `seed ${this.seed} · ${name}`,
          (epoch - 1) * steps + step,
          epochs * steps,
          `epoch ${epoch}/${epochs} · loss ${loss.toPrecision(4)}`,
        ),
      onEpoch: (epoch) => this.#logEpoch(name, epoch),
    });
    this.trainSeconds += fitted.seconds;
    this.#digests.history.set(name, digestHistory(fitted));
    await this.#saveWeights(name, model);
    return fitted;
  }

  log(tag: string, step: number, value: number, epoch?: number): void {
    this.#events.add({ step, tag, value, ...(epoch === undefined ? {} : { epoch }) });
  }

  digestData(name: string, arrays: Readonly<Record<string, TypedArray>>): void {
    this.#refuseTwice("data", name, "digest data");
    this.#digests.data.set(name, digestArrays(arrays));
  }

  async writeFile(path: string, contents: string | Uint8Array): Promise<void> {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split("/").includes("..")) {
      throw new RangeError(
        `Cannot write a run's file "${path}": it must be a relative path of letters, digits, "_", ` +
          `"-" and ".", with "/" between folders`,
      );
    }
    await writeWhole(join(this.#folder, path), contents);
  }

  note(text: string): void {
    this.#progress.note(`seed ${this.seed} · ${text}`);
  }

  /** Digests of all that was consumed and produced so far. */
  digests(): Digests {
    const { data, weights, history } = this.#digests;
    return {
      data: digestParts(Object.fromEntries(data)),
      weights: digestParts(Object.fromEntries(weights)),
      history: digestParts(Object.fromEntries(history)),
    };
  }

  async #logEpoch(
    name: string,
    { epoch, step, trainLoss, validationLoss, learningRate }: Epoch,
  ): Promise<void> {
    this.log(`${name}/train/loss`, step, trainLoss, epoch);
    this.log(`${name}/validation/loss`, step, validationLoss, epoch);
    this.log(`${name}/learning_rate`, step, learningRate, epoch);
    await this.#events.flush();
  }

  async #saveWeights(name: string, model: Trainable): Promise<void> {
    const values = await readBack(model.weights.map(({ variable }) => variable));
    const named = model.weights.map(({ name, variable }, i) => ({
      name,
      shape: variable.shape,
      data: values[i]!,
    }));
    this.#digests.weights.set(
      name,
      digestArrays(Object.fromEntries(named.map(({ name, data }) => [name, data]))),
    );
    const tensors = Object.fromEntries(named.map(({ name, ...tensor }) => [name, tensor]));
    await writeParts(join(this.#folder, "model", `${name}.safetensors`), safetensorsParts(tensors));
  }

  #refuseTwice(kind: "weights" | "data", name: string, action: string): void {
    if (!this.#digests[kind].has(name)) return;
    throw new RangeError(
      `Cannot ${action} under the name "${name}" twice in one run: each name keeps one record; ` +
        `choose another name`,
    );
  }
}

function digestHistory({ history, stepLoss }: Fitted): string {
  return digestArrays({
    stepLoss,
    trainLoss: Float64Array.from(history, ({ trainLoss }) => trainLoss),
    validationLoss: Float64Array.from(history, ({ validationLoss }) => validationLoss),
  });
}
