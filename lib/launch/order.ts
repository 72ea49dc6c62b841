/**
 * A job as another process is asked for it: text that holds all it takes to make the same run there. The
 * process loads the code itself; the order says which code that has to be.
 *
 * @module
 */

import { join } from "@std/path";
import type { Device, OpenOptions } from "../device/device.ts";
import { resolveConfig } from "../experiment/config.ts";
import { findExperiment } from "../experiment/registry.ts";
import type { Experiment } from "../experiment/types.ts";
import { InputError } from "../numeric/errors.ts";
import { sha256Hex } from "../numeric/digest.ts";
import type { CheckpointPace } from "../run/checkpoint/checkpoints.ts";
import type { Commit } from "../run/git.ts";
import type { CodeIdentity } from "../run/identity.ts";
import type { Job } from "./job.ts";

/** What a process is asked to run; JSON keeps it whole. */
export interface Order {
  readonly runId: string;
  /** The experiment's module, relative to the checkout. */
  readonly file: string;
  readonly profile: string;
  readonly overrides: readonly string[];
  /** Where relative paths of input files start. */
  readonly folder: string;
  readonly seed: number;
  readonly device: Pick<OpenOptions, "backend" | "numerics">;
  readonly code: CodeIdentity;
  readonly commit: Commit | null;
  /** Folder of the experiment's profile. */
  readonly directory: string;
  readonly rerun: boolean;
  readonly command: string;
  readonly pace: CheckpointPace;
  /** Folder of the event files for TensorBoard, where there are to be any. */
  readonly tensorboard?: string;
}

/** Writes the order for a job whose run has the id `runId`. */
export async function orderOf(job: Job, runId: string, folder: string): Promise<Order> {
  const { request, overrides } = job;
  const { file, profile, seed, device, code, directory, rerun, command, pace, tensorboard } =
    request;
  const { backend, numerics } = device;
  return {
    runId,
    file,
    profile,
    overrides,
    folder,
    seed,
    device: { backend, numerics: numerics === "wasm-strict" ? "strict" : "auto" },
    code,
    commit: await request.commit(),
    directory,
    rerun,
    command,
    pace,
    ...(tensorboard === undefined ? {} : { tensorboard }),
  };
}

/**
 * What an order asks for, with the experiment that was loaded and the device that was opened for it.
 */
export function requestOf(
  order: Order,
  experiment: Experiment,
  device: Device,
): Job["request"] {
  const {
    profile,
    overrides,
    folder,
    seed,
    code,
    commit,
    directory,
    rerun,
    command,
    pace,
    tensorboard,
  } = order;
  return {
    experiment,
    profile,
    config: resolveConfig(experiment, profile, overrides, folder),
    seed,
    device,
    code,
    commit: () => Promise.resolve(commit),
    directory,
    rerun,
    command,
    file: order.file,
    pace,
    ...(tensorboard === undefined ? {} : { tensorboard }),
  };
}

/**
 * Loads the experiment of an order.
 *
 * @param root The checkout.
 * @throws {InputError} When the code is not what was ordered.
 */
export async function experimentOf(
  { file, code }: Pick<Order, "file" | "code">,
  root: string,
): Promise<Experiment> {
  const { experiment } = await findExperiment(join(root, file), root, root);
  const changed = Object.entries(code.modules).filter(([name, digest]) =>
    sha256Hex(Deno.readTextFileSync(join(root, name))) !== digest
  );
  if (changed.length === 0) return experiment;
  throw new InputError(
    `Cannot run ${file}: ${
      changed.map(([name]) => name).join(", ")
    } changed after the command was given. Give the command again; what is complete is kept.`,
  );
}
