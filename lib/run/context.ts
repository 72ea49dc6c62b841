/**
 * What a run hands to an experiment's `run`: keys, training, logging and files of one run directory.
 *
 * @module
 */

import { join } from "@std/path";
import type { Device } from "../device/device.ts";
import { safetensorsParts } from "../dataset/safetensors.ts";
import { writeParts } from "../dataset/atomic_file.ts";
import type { tfl } from "../device/tf.ts";
import type { Context, ExportedModel, ExportModelOptions } from "../experiment/types.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { digestArrays, digestParts, sha256Hex, type TypedArray } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import { type Key, rootKey } from "../random/key.ts";
import { fit } from "../train/fit.ts";
import type { Finding } from "../train/monitors/types.ts";
import { fitWithRestarts } from "../train/restarts.ts";
import { loop, type Looped, type LoopHooks, type LoopOptions } from "../train/loop.ts";
import { digestState, readState, variablesState } from "../train/state.ts";
import type { TraceRecord, TrainingTrace } from "../train/trace.ts";
import type { Board } from "../tensorboard/board.ts";
import type { Epoch, FitOptions, Fitted } from "../train/fit_types.ts";
import type { NamedVariable, Trainable } from "../train/types.ts";
import { type CheckpointPace, LoopCheckpoints } from "./checkpoint/checkpoints.ts";
import { seconds } from "./clock.ts";
import type { EventLog } from "./events.ts";
import { exportRunsModel } from "./exported_model.ts";
import { writeWhole } from "./files.ts";
import { type EpochColumns, writeHistory } from "./history.ts";
import type { Interruption } from "./interruption.ts";
import type { Progress } from "./progress.ts";
import type { Digests } from "./schema.ts";

/** Mean losses that a loop logs, at most. */
const LOSSES_LOGGED = 200;

/** The parts of a request a context needs. */
export interface ContextRequest<Config> {
  readonly config: Config;
  readonly profile: string;
  readonly seed: number;
  readonly device: Device;
  readonly progress: Progress;
  readonly pace: CheckpointPace;
  readonly interruption: Interruption;
  /** Watches the steps of one loop. */
  readonly watch?: Watch;
}

/** Somebody who watches how the steps of a loop are taken. */
export interface Watch {
  readonly loop: string;
  readonly around: NonNullable<LoopHooks["around"]>;
}

/** Where a context works. */
export interface RunFolder {
  readonly path: string;
  readonly runId: string;
  readonly events: EventLog;
  /** What is told of the run while it goes on; `null` where nobody is. */
  readonly board: Board | null;
}

/** The {@linkcode Context} of one run, working in one folder. */
export class RunContext<Config> implements Context<Config> {
  readonly config: Config;
  readonly profile: string;
  readonly seed: number;
  readonly runId: string;
  readonly device: Device;
  /** Seconds spent in `fit` so far. */
  trainSeconds = 0;
  /** What was reported so far, by trainings too. */
  readonly findings: Finding[] = [];
  readonly #root: Key;
  readonly #folder: RunFolder;
  readonly #request: ContextRequest<Config>;
  readonly #digests = {
    data: new Map<string, string>(),
    weights: new Map<string, string>(),
    history: new Map<string, string>(),
  };
  readonly #exported = new Set<string>();

  /** A context that writes in `folder`. */
  constructor(request: ContextRequest<Config>, folder: RunFolder) {
    this.config = request.config;
    this.profile = request.profile;
    this.seed = request.seed;
    this.runId = folder.runId;
    this.device = request.device;
    this.#root = rootKey(request.seed);
    this.#folder = folder;
    this.#request = request;
  }

  key(path: string): Key {
    return this.#root.key(path);
  }

  async fit(name: string, model: Trainable, options: FitOptions): Promise<Fitted> {
    return await fitWithRestarts(
      model,
      options,
      (own, n) => this.#attempt(n === 1 ? name : `${name}.attempt-${n}`, model, own),
    );
  }

  async loop(name: string, options: LoopOptions): Promise<Looped> {
    const looped = await this.#looping(
      name,
      (hooks) =>
        loop({ ...options, step: (n, trace) => this.#stepAndLog(name, options, n, trace) }, {
          ...hooks,
          onProgress: (step, loss) =>
            this.#advance(
              name,
              step,
              options.steps,
              `step ${step}${Number.isNaN(loss) ? "" : ` · loss ${loss.toPrecision(4)}`}`,
            ),
        }),
    );
    const { losses, fingerprints } = looped.trace;
    await this.#keepHistory(name, digestArrays({ losses, fingerprints }), looped.trace, null);
    await this.#saveWeights(name, options.weights);
    return looped;
  }

  async exportModel(
    name: string,
    model: tfl.LayersModel,
    options: ExportModelOptions,
  ): Promise<ExportedModel> {
    if (this.#exported.has(name)) {
      throw new RangeError(`Cannot export a second model under the name "${name}": choose another`);
    }
    this.#exported.add(name);
    const digests = Object.entries(this.#digests).flatMap(([kind, of]) =>
      of.has(name) ? [[`${kind}_sha256`, of.get(name)!]] : []
    );
    return await exportRunsModel(model, options, {
      path: `model/${name}`,
      metadata: {
        run_id: this.runId,
        seed: `${this.seed}`,
        profile: this.profile,
        config_sha256: sha256Hex(canonicalJson(this.config)),
        ...Object.fromEntries(digests),
      },
      write: (path, contents) => this.writeFile(path, contents),
      note: (text) => this.note(text),
    });
  }

  log(tag: string, step: number, value: number, epoch?: number): void {
    this.#folder.events.add({ step, tag, value, ...(epoch === undefined ? {} : { epoch }) });
  }

  digestData(name: string, arrays: Readonly<Record<string, TypedArray>>): void {
    this.#refuseTwice("data", name, "digest data");
    this.#digests.data.set(name, digestArrays(arrays));
  }

  async writeFile(path: string, contents: string | Uint8Array): Promise<void> {
    if (!isRelativePath(path)) {
      throw new RangeError(
        `Cannot write a run's file "${path}": it must be a relative path of letters, digits, "_", ` +
          `"-" and ".", with "/" between folders`,
      );
    }
    await writeWhole(join(this.#folder.path, path), contents);
  }

  report(finding: Finding): void {
    this.findings.push(finding);
    this.#request.progress.finding(`seed ${this.seed}`, finding);
  }

  note(text: string): void {
    this.#request.progress.note(`seed ${this.seed} · ${text}`);
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

  /**
   * Takes a step of a loop, and after every so many logs the mean of their losses. They are read for it after the
   * same steps in every process, whatever the clock says, so that a run which goes on says the same.
   */
  async #stepAndLog(
    name: string,
    options: LoopOptions,
    n: number,
    trace: TrainingTrace,
  ): Promise<boolean> {
    const last = await options.step(n, trace) || n === options.steps;
    const every = Math.ceil(options.steps / LOSSES_LOGGED);
    if (!last && n % every !== 0) return last;
    await trace.read();
    const losses = trace.losses.slice(n - 1 - (n - 1) % every, n).filter((loss) => !isNaN(loss));
    if (losses.length > 0) {
      const sum = losses.reduce((sum, loss) => sum + loss, 0);
      this.log(`${name}/train/loss`, n, sum / losses.length);
    }
    return last;
  }

  async #attempt(name: string, model: Trainable, options: FitOptions): Promise<Fitted> {
    const fitted = await this.#looping(name, (hooks) =>
      fit(model, options, {
        ...hooks,
        onFinding: (finding, { epoch, step }) => {
          this.#request.progress.finding(`seed ${this.seed} · ${name}`, finding);
          this.log(`${name}/finding/${finding.rule}`, step, 1, epoch);
        },
        onProgress: ({ epoch, epochs, step, steps, loss }) =>
          this.#advance(
            name,
            (epoch - 1) * steps + step,
            epochs * steps,
            `epoch ${epoch}/${epochs} · loss ${loss.toPrecision(4)}`,
          ),
        onEpoch: (epoch) => this.#logEpoch(name, epoch),
      }));
    const { trace, history } = fitted;
    const column = (name: "step" | "trainLoss" | "validationLoss") =>
      Float64Array.from(history, (epoch) => epoch[name]);
    const [trainLoss, validationLoss] = [column("trainLoss"), column("validationLoss")];
    const digest = digestArrays({ stepLoss: trace.losses, trainLoss, validationLoss });
    await this.#keepHistory(name, digest, trace, {
      step: column("step"),
      trainLoss,
      validationLoss,
    });
    await this.#saveWeights(name, model.weights);
    for (const finding of fitted.findings) {
      this.findings.push({ ...finding, evidence: `${name}: ${finding.evidence}` });
    }
    return fitted;
  }

  async #logEpoch(
    name: string,
    { epoch, step, trainLoss, validationLoss, learningRate }: Epoch,
  ): Promise<void> {
    this.log(`${name}/train/loss`, step, trainLoss, epoch);
    this.log(`${name}/validation/loss`, step, validationLoss, epoch);
    this.log(`${name}/learning_rate`, step, learningRate, epoch);
    await this.#folder.board?.flush();
    try {
      await this.#folder.events.flush();
    } catch (error) {
      // They stay to be written: a disk that is full now may have room at the end.
      if (!(error instanceof InputError)) throw error;
      this.note(error.message);
    }
  }

  /** Runs a loop under a name, with what surrounds every loop of a run. */
  async #looping<T extends { readonly seconds: number }>(
    name: string,
    action: (hooks: LoopHooks) => Promise<T>,
  ): Promise<T> {
    this.#refuseTwice("weights", name, "train");
    if (!isRelativePath(name)) {
      throw new RangeError(
        `Cannot train under the name "${name}": it names files, so it is made of letters, digits, "_", ` +
          `"-" and ".", with "/" between parts`,
      );
    }
    const { pace, interruption, watch } = this.#request;
    const checkpoints = new LoopCheckpoints(name, {
      folder: this.#folder.path,
      runId: this.runId,
      events: this.#folder.events,
      pace,
      clock: seconds,
      note: (text) => this.note(text),
    });
    const hooks = {
      clock: seconds,
      checkpoints,
      signal: interruption.signal,
      ...(watch?.loop === name ? { around: watch.around } : {}),
    };
    this.#folder.board?.beginLoop(name);
    const result = await interruption.during(() => action(hooks));
    this.trainSeconds += result.seconds;
    return result;
  }

  #advance(name: string, done: number, total: number, detail: string): void {
    this.#request.progress.advance(`seed ${this.seed} · ${name}`, done, total, detail);
    // About once a second: a loop does not wait for it.
    this.#folder.board?.flush();
  }

  async #keepHistory(
    name: string,
    digest: string,
    trace: TraceRecord,
    epochs: EpochColumns | null,
  ): Promise<void> {
    const position = this.#digests.history.size;
    this.#digests.history.set(name, digest);
    await writeHistory(this.#folder.path, name, { position, trace, epochs });
  }

  async #saveWeights(name: string, weights: readonly NamedVariable[]): Promise<void> {
    const arrays = await readState(variablesState(weights).state());
    this.#digests.weights.set(name, digestState(arrays));
    const path = join(this.#folder.path, "model", `${name}.safetensors`);
    await writeParts(path, safetensorsParts(Object.fromEntries(arrays)));
  }

  #refuseTwice(kind: "weights" | "data", name: string, action: string): void {
    if (!this.#digests[kind].has(name)) return;
    throw new RangeError(
      `Cannot ${action} under the name "${name}" twice in one run: each name keeps one record; ` +
        `choose another name`,
    );
  }
}

/** Whether it can name a file in a run's folder: no way out of it, and no character that a system dislikes. */
function isRelativePath(path: string): boolean {
  return /^[\w.-]+(\/[\w.-]+)*$/.test(path) &&
    !path.split("/").some((part) => part === "." || part === "..");
}
