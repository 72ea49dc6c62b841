/**
 * The life of one run: id, lock, run directory, the experiment's `run`, result.
 *
 * A run works in `<run-id>.partial/` and is renamed to `<run-id>/` when it is complete, so that what
 * has a run's name is a result. An interrupted one stays in its `.partial/` with its checkpoints; asked
 * for again, the experiment runs from its beginning and its loops go on from where they were.
 *
 * @module
 */

import { join } from "@std/path";
import type { z } from "zod";
import { explaining } from "../dataset/explaining.ts";
import type { Device } from "../device/device.ts";
import { inputFileKeys } from "../experiment/config.ts";
import type { ConfigSchema, Experiment, Outcome } from "../experiment/types.ts";
import { InputError } from "../numeric/errors.ts";
import { seconds, timestamp } from "./clock.ts";
import { finishBoard, startBoard, writeBoard } from "./board.ts";
import { type CheckpointPace, hasCheckpoint } from "./checkpoint/checkpoints.ts";
import { alteredFiles, readResult, writeChecksums } from "./checksums.ts";
import { RunContext, type Watch } from "./context.ts";
import { EventLog } from "./events.ts";
import { namesIn, readJson, writeJson } from "./files.ts";
import type { Commit } from "./git.ts";
import { type CodeIdentity, identify, type Identity, runId } from "./identity.ts";
import type { Interruption } from "./interruption.ts";
import { lockRun } from "./lock.ts";
import { keepLog, logPath } from "./log.ts";
import type { Progress } from "./progress.ts";
import { type Manifest, manifestSchema, type Result, resultSchema } from "./schema.ts";

/** What to run and where. */
export interface RunRequest<Schema extends ConfigSchema = ConfigSchema> {
  readonly experiment: Experiment<Schema>;
  readonly profile: string;
  readonly config: z.output<Schema>;
  readonly seed: number;
  readonly device: Device;
  readonly code: CodeIdentity;
  /** The commit that code is of; asked for by runs that are not complete yet. */
  readonly commit: () => Promise<Commit | null>;
  /** Folder of the experiment's profile; the run directory is made in it. */
  readonly directory: string;
  /** Run although a complete result exists. */
  readonly rerun: boolean;
  /** The command that asked, for the manifest. */
  readonly command: string;
  /** The experiment's module, relative to the checkout. */
  readonly file: string;
  readonly progress: Progress;
  readonly pace: CheckpointPace;
  readonly interruption: Interruption;
  /** Folder for TensorBoard's event files of these runs. Default: none are written. */
  readonly tensorboard?: string;
  readonly watch?: Watch;
}

/** A complete run. */
export interface FinishedRun {
  readonly directory: string;
  readonly result: Result;
  /** It was complete before. */
  readonly reused: boolean;
}

/**
 * Runs an experiment with one seed, or answers with the complete run of the same identity.
 *
 * @throws {InputError} When the run directory cannot be written.
 */
export async function executeRun<Schema extends ConfigSchema>(
  request: RunRequest<Schema>,
): Promise<FinishedRun> {
  const { directory, progress } = request;
  const identity = await identify(request);
  const id = runId(identity);
  const final = join(directory, id);
  using _lock = await lock(request, id);
  const partial = `${final}.partial`;
  const old = `${final}.old`;
  await explaining(`prepare ${final}`, () => restore(old, final));
  const previous = await completeResult(final, id, progress);
  if (previous && !request.rerun) return await reused(request, id, previous);

  const earlier = await explaining(`prepare ${partial}`, () => prepare(partial, progress));
  try {
    const result = await runIn(partial, id, identity, earlier, request);
    await explaining(`finish ${final}`, async () => {
      await keepLog(logPath(directory, id), partial);
      await writeChecksums(partial);
      await replace(partial, final, old);
    });
    if (previous && !sameDigests(previous, result)) {
      progress.note(`Run ${id} ended with other digests than before; see ${final}.`);
    }
    return { directory: final, result, reused: false };
  } catch (error) {
    if (!hasCheckpoint(partial)) await Deno.remove(partial, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** The id of the run that answers a request, and that run where it is complete already. */
export interface Answer {
  readonly runId: string;
  readonly finished: FinishedRun | null;
}

/**
 * Looks for the complete run that answers a request; what is not as it should be is for
 * {@linkcode executeRun} to say, and so is whether somebody else is at it.
 *
 * @throws {InputError} When an input file cannot be read.
 */
export async function answerTo<Schema extends ConfigSchema>(
  request: Omit<RunRequest<Schema>, "interruption">,
): Promise<Answer> {
  const id = runId(await identify(request));
  const directory = join(request.directory, id);
  if (request.rerun) return { runId: id, finished: null };
  const notes: string[] = [];
  const listener = { note: (text: string) => void notes.push(text) };
  const result = await completeResult(directory, id, listener).catch((error) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  if (result === null) return { runId: id, finished: null };
  notes.forEach(request.progress.note);
  using _lock = request.tensorboard === undefined ? null : await lock(request, id);
  return { runId: id, finished: await reused(request, id, result) };
}

/** A complete run as the answer; its event files are written where they are asked for and lack something. */
async function reused<Schema extends ConfigSchema>(
  request: Omit<RunRequest<Schema>, "interruption">,
  id: string,
  result: Result,
): Promise<FinishedRun> {
  const directory = join(request.directory, id);
  const board = boardFolder(request, id);
  if (board !== undefined) await writeBoard(board, directory, result, request.progress.note);
  return { directory, result, reused: true };
}

/** Where a run's event files are to be, if anywhere. */
function boardFolder(
  { tensorboard, seed }: Pick<RunRequest<ConfigSchema>, "tensorboard" | "seed">,
  id: string,
): string | undefined {
  return tensorboard === undefined ? undefined : join(tensorboard, `seed-${seed}.${id}`);
}

/** Waits until no other process is at the run. */
async function lock(
  { directory, seed, progress }: Pick<RunRequest<ConfigSchema>, "directory" | "seed" | "progress">,
  id: string,
): Promise<Disposable> {
  return await lockRun(
    join(directory, ".locks", id),
    `process ${Deno.pid}, seed ${seed}, since ${timestamp()}`,
    (other) => progress.note(`Run ${id} is held by ${other}; waiting for it to finish.`),
  );
}

/**
 * Makes the folder a run works in: empty, or with the checkpoints and events of an interrupted one.
 *
 * @returns When the interrupted one was started and resumed.
 */
async function prepare(
  partial: string,
  progress: Progress,
): Promise<Pick<Manifest, "startedAt" | "resumedAt"> | null> {
  let earlier = null;
  if (hasCheckpoint(partial)) {
    const kept = /^(checkpoint-.*\.safetensors|events\.jsonl|manifest\.json)$/;
    // Checkpoints name their run themselves, so a damaged manifest costs the times only.
    const path = join(partial, "manifest.json");
    earlier = await readJson(path, manifestSchema).catch(() => null);
    if (earlier === null) {
      progress.note(
        `${path} is missing or damaged. It is written again; when the run was first started is lost.`,
      );
    }
    for (const name of namesIn(partial, ({ name }) => !kept.test(name))) {
      await Deno.remove(join(partial, name), { recursive: true });
    }
  } else await Deno.remove(partial, { recursive: true }).catch(ignoreMissing);
  await Deno.mkdir(partial, { recursive: true });
  return earlier;
}

async function runIn<Schema extends ConfigSchema>(
  folder: string,
  id: string,
  identity: Identity,
  earlier: Pick<Manifest, "startedAt" | "resumedAt"> | null,
  request: RunRequest<Schema>,
): Promise<Result> {
  const { experiment, profile, seed, device, progress: { note } } = request;
  const started = seconds();
  const fresh = await manifestOf(id, identity, request);
  const manifest = earlier === null ? fresh : {
    ...fresh,
    startedAt: earlier.startedAt,
    resumedAt: [...earlier.resumedAt, fresh.startedAt],
  };
  await writeJson(join(folder, "manifest.json"), manifest);
  const eventFiles = boardFolder(request, id);
  const board = eventFiles === undefined ? null : startBoard(eventFiles, manifest, note);
  const events = await EventLog.open(
    join(folder, "events.jsonl"),
    note,
    (event) => board?.log(event),
  );
  const context = new RunContext(request, { path: folder, runId: id, events, board });
  let outcome: Outcome;
  try {
    outcome = await experiment.run(context);
    await events.close();
  } catch (error) {
    events.abandon();
    throw error;
  } finally {
    await board?.flush();
  }
  for (const figure of outcome.figures ?? []) {
    await writeJson(join(folder, "figures", `${figure.name}.vl.json`), figure);
  }
  const metrics = Object.entries(outcome.metrics);
  const result = resultSchema.parse({
    schema: "assay/result@1",
    experiment: experiment.name,
    profile,
    seed,
    runId: id,
    contract: {
      promise: device.promise,
      backend: device.backend,
      numerics: device.numerics,
      device: device.name,
    },
    config: identity.config,
    metrics: Object.fromEntries(metrics.map(([name, { value }]) => [name, finite(name, value)])),
    units: Object.fromEntries(metrics.map(([name, { value: _, ...about }]) => [name, about])),
    baselines: outcome.baselines ?? {},
    ceilings: outcome.ceilings ?? {},
    findings: context.findings,
    digests: context.digests(),
    seconds: { total: seconds() - started, train: context.trainSeconds },
  });
  await writeJson(join(folder, "result.json"), result);
  if (board !== null) await finishBoard(board, manifest, result);
  return result;
}

async function manifestOf(
  id: string,
  identity: Identity,
  { experiment, config, profile, device, commit, command, file }: RunRequest<ConfigSchema>,
): Promise<Manifest> {
  const inputs = inputFileKeys(experiment.config, config);
  return {
    schema: "assay/manifest@1",
    runId: id,
    identity,
    profile,
    file,
    inputs: Object.fromEntries(inputs.map((key) => [key, String(config[key])])),
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, typescript: Deno.version.typescript },
    adapter: device.adapter,
    selfTest: { ...device.selfTest },
    git: await commit(),
    command,
    startedAt: timestamp(),
    resumedAt: [],
  };
}

/**
 * The result of a complete run directory; a damaged one is named and counts as absent. What else in the
 * directory is not as it was written is named.
 *
 * @throws {InputError} When the directory holds another run.
 */
async function completeResult(
  directory: string,
  id: string,
  progress: Pick<Progress, "note">,
): Promise<Result | null> {
  let result: Result | null;
  try {
    result = await readResult(directory);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    progress.note(`${error.message} It is run again now.`);
    return null;
  }
  if (result === null) {
    if (namesIn(directory, () => true).length > 0) {
      progress.note(`${directory} has no result.json any more. It is run again now.`);
    }
    return null;
  }
  if (result.runId !== id) {
    throw new InputError(
      `Cannot run ${id}: its place ${directory} holds the result of another run, ${result.runId}. ` +
        `Give that folder its own name, or move it away.`,
    );
  }
  const altered = await alteredFiles(directory);
  if (altered.length > 0) {
    progress.note(
      `Run ${id} is not as it was written: ${altered.join(", ")}. Its result is, and is used; ` +
        `--rerun makes the rest again.`,
    );
  }
  return result;
}

/** Puts back what a process that died while replacing it had moved aside. */
async function restore(old: string, to: string): Promise<void> {
  if (!await exists(to)) await Deno.rename(old, to).catch(ignoreMissing);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

async function replace(from: string, to: string, old: string): Promise<void> {
  await Deno.remove(old, { recursive: true }).catch(ignoreMissing);
  await Deno.rename(to, old).catch(ignoreMissing);
  await Deno.rename(from, to);
  await Deno.remove(old, { recursive: true }).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

function sameDigests(a: Result, b: Result): boolean {
  return a.digests.data === b.digests.data && a.digests.weights === b.digests.weights &&
    a.digests.history === b.digests.history;
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(
    `Cannot record metric "${name}": its value is ${value}. A metric is a finite number; find where ` +
      `the experiment divides by zero or predicts nothing.`,
  );
}
