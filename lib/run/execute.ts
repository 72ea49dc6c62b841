/**
 * The life of one run: id, lock, run directory, the experiment's `run`, result.
 *
 * A run works in `<run-id>.partial/` and is renamed to `<run-id>/` when it is complete, so that what
 * has a run's name is a result.
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
import { RunContext } from "./context.ts";
import { EventLog } from "./events.ts";
import { readJson, writeJson } from "./files.ts";
import type { Commit } from "./git.ts";
import { type CodeIdentity, type Identity, identityConfig, runId } from "./identity.ts";
import { lockRun } from "./lock.ts";
import type { Progress } from "./progress.ts";
import { type Manifest, type Result, resultSchema } from "./schema.ts";

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
  /** Run again although a complete result exists. */
  readonly rerun: boolean;
  /** The command that asked, for the manifest. */
  readonly command: string;
  readonly progress: Progress;
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
  const { experiment, config, seed, device, directory, progress } = request;
  const identity: Identity = {
    experiment: experiment.name,
    ...request.code,
    config: await identityConfig(experiment.config, config as Record<string, unknown>),
    seed,
    backend: device.backend,
    numerics: device.numerics,
  };
  const id = runId(identity);
  const final = join(directory, id);
  const holder = `process ${Deno.pid}, seed ${seed}, since ${timestamp()}`;
  using _lock = await lockRun(
    join(directory, ".locks", id),
    holder,
    (other) => progress.note(`Run ${id} is held by ${other}; waiting for it to finish.`),
  );
  const previous = await completeResult(final, id, progress);
  if (previous && !request.rerun) return { directory: final, result: previous, reused: true };

  const partial = `${final}.partial`;
  await explaining(`prepare ${partial}`, async () => {
    await Deno.remove(partial, { recursive: true }).catch(ignoreMissing);
    await Deno.mkdir(partial, { recursive: true });
  });
  try {
    const result = await runIn(partial, id, identity, request);
    await explaining(`finish ${final}`, () => replace(partial, final));
    if (previous && !sameDigests(previous, result)) {
      progress.note(`Run ${id} ended with other digests than before; see ${final}.`);
    }
    return { directory: final, result, reused: false };
  } catch (error) {
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    throw error;
  }
}

async function runIn<Schema extends ConfigSchema>(
  folder: string,
  id: string,
  identity: Identity,
  request: RunRequest<Schema>,
): Promise<Result> {
  const { experiment, profile, seed, device } = request;
  const started = seconds();
  await writeJson(join(folder, "manifest.json"), await manifestOf(id, identity, request));
  const events = await EventLog.create(join(folder, "events.jsonl"));
  const context = new RunContext(request, folder, events);
  let outcome: Outcome;
  try {
    outcome = await experiment.run(context);
    await events.close();
  } catch (error) {
    events.abandon();
    throw error;
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
    units: Object.fromEntries(metrics.map(([name, { unit, better }]) => [name, { unit, better }])),
    baselines: outcome.baselines ?? {},
    ceilings: outcome.ceilings ?? {},
    findings: [],
    digests: context.digests(),
    seconds: { total: seconds() - started, train: context.trainSeconds },
  });
  await writeJson(join(folder, "result.json"), result);
  return result;
}

async function manifestOf(
  id: string,
  identity: Identity,
  { experiment, config, profile, device, commit, command }: RunRequest<ConfigSchema>,
): Promise<Manifest> {
  const inputs = inputFileKeys(experiment.config).filter((key) => config[key] !== "");
  return {
    schema: "assay/manifest@1",
    runId: id,
    identity,
    profile,
    inputs: Object.fromEntries(inputs.map((key) => [key, String(config[key])])),
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, typescript: Deno.version.typescript },
    adapter: device.adapter,
    selfTest: { ...device.selfTest },
    git: await commit(),
    command,
    startedAt: timestamp(),
  };
}

/** The result of a complete run directory; a damaged one is named and counts as absent. */
async function completeResult(
  directory: string,
  id: string,
  progress: Progress,
): Promise<Result | null> {
  try {
    const result = await readJson(join(directory, "result.json"), resultSchema);
    return result?.runId === id ? result : null;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    progress.note(`${error.message} Running it again.`);
    return null;
  }
}

async function replace(from: string, to: string): Promise<void> {
  const old = `${to}.old`;
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
