/**
 * Slurm by its own commands: what they are asked, and what their answers mean.
 *
 * @module
 */

import { InputError } from "../../numeric/errors.ts";
import { mayRun } from "../permissions.ts";

/** A task of a job array as Slurm has it. */
export interface QueuedTask {
  /** Id of the array. */
  readonly job: string;
  readonly index: number;
  /** Slurm's word, such as `RUNNING`. */
  readonly state: string;
  /** Why it waits, such as `Resources`. */
  readonly reason: string;
  /** Name of the job. */
  readonly name: string;
}

/**
 * Submits a batch script.
 *
 * @param words Options of `sbatch`, and the script.
 * @returns The job's id.
 * @throws {InputError} When Slurm does not take it.
 */
export async function submit(words: readonly string[]): Promise<string> {
  const out = await ask("submit runs to Slurm", "sbatch", ["--parsable", ...words]);
  // "ID;CLUSTER" where there are several clusters.
  return out.trim().split(";")[0]!;
}

/**
 * This user's array tasks that Slurm remembers, those that ended lately too.
 *
 * @param names Of their jobs. Default: all.
 * @throws {InputError} When Slurm does not answer.
 */
export async function queued(names: readonly string[] = []): Promise<QueuedTask[]> {
  const out = await ask("look at Slurm's queue", "squeue", [
    ...["--me", "--noheader", "--array", "--states=all", "--format=%F|%K|%T|%r|%j"],
    ...(names.length > 0 ? [`--name=${names.join(",")}`] : []),
  ]);
  return out.split("\n").flatMap((line) => {
    const [job, index, state, reason, ...name] = line.split("|");
    if (!/^\d+$/.test(index ?? "")) return [];
    return {
      job: job!,
      index: Number(index),
      state: state!,
      reason: reason!,
      name: name.join("|"),
    };
  });
}

/**
 * Cancels jobs or tasks of arrays, those that have not ended: their processes get SIGTERM, and `KillWait`
 * seconds to end.
 *
 * @throws {InputError} When Slurm does not answer.
 */
export async function cancel(ids: readonly string[]): Promise<void> {
  const what = "cancel jobs of Slurm";
  const { success, err } = await call(what, "scancel", ["--quiet", ...ids]);
  const ended = /Invalid job id|already complet/;
  const others = err.split("\n").filter((line) => line !== "" && !ended.test(line));
  if (success || (err !== "" && others.length === 0)) return;
  throw new InputError(`Cannot ${what}: ${await explained(others.join("\n"))}`);
}

/** Whether a job is queued or runs, as far as Slurm answers. */
export async function isQueued(job: string): Promise<boolean> {
  const words = ["--noheader", "--format=%T", `--jobs=${job}`];
  const { success, out } = await call("look at a job of Slurm", "squeue", words);
  return success && out.trim() !== "";
}

/** Has an array's task run again, from its checkpoint. */
export async function requeue(task: string): Promise<void> {
  await ask(`requeue task ${task} of Slurm`, "scontrol", ["requeue", task]);
}

/** How a process ended, as `scontrol` says it: status and signal; `null` where Slurm has forgotten it. */
export async function exitCode(
  task: string,
): Promise<{ readonly status: number; readonly signal: number } | null> {
  const { out } = await call("look at a job of Slurm", "scontrol", ["-o", "show", "job", task]);
  const [, status, signal] = /\bExitCode=(\d+):(\d+)/.exec(out) ?? [];
  return status === undefined ? null : { status: Number(status), signal: Number(signal) };
}

async function ask(what: string, command: string, words: readonly string[]): Promise<string> {
  const { success, out, err } = await call(what, command, words);
  if (success) return out;
  throw new InputError(`Cannot ${what}: ${await explained(err)}`);
}

async function call(
  what: string,
  command: string,
  words: readonly string[],
): Promise<{ readonly success: boolean; readonly out: string; readonly err: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args: [...words],
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { success, out: text.decode(stdout), err: text.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new InputError(`Cannot ${what}: ${ABSENT}`);
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    // A name that Deno does not find when it starts is not granted either.
    throw new InputError(
      `Cannot ${what}: ${
        mayRun(command)
          ? `Deno says "${error.message}" Unset these variables, as by "env -u NAME deno task ..."`
          : `this process may not run ${command}, or the command is not on PATH. Where it is, the tasks of ` +
            `deno.json may, and --allow-run=deno,sbatch,squeue,scontrol,scancel lets others; where there is ` +
            `no Slurm, leave --launch slurm out: runs are then made on this machine`
      }.`,
    );
  }
}

const ABSENT =
  "its commands, such as sbatch, are not on PATH. Give the command where Slurm is, or " +
  "leave --launch slurm out: runs are then made on this machine.";

/** What one of Slurm's commands said on stderr, and what to do about it. */
async function explained(err: string): Promise<string> {
  const words = err.split("\n").map((line) => line.replace(/^\w+: (error: |fatal: )?/, "").trim())
    .filter((line) => line !== "");
  const said = `Slurm says "${words.join("; ")}"`;
  if (/munge|authentication/i.test(err)) {
    return `Slurm cannot tell who asks, for its service munge does not answer here. Start munged, or ask ` +
      `whoever runs the cluster. ${said}.`;
  }
  if (/partition/i.test(err)) {
    return `${said}. The partitions are ${
      (await partitions()).join(", ")
    }: choose one by --partition.`;
  }
  if (/controller|configuration|cannot stat file/i.test(err)) {
    return `its controller (slurmctld) does not answer here. Try again later, or ask whoever runs the ` +
      `cluster. ${said}.`;
  }
  return `${said}. Options for sbatch are given by --partition, --time and --slurm KEY=VALUE.`;
}

async function partitions(): Promise<string[]> {
  const { out } = await call("list Slurm's partitions", "scontrol", ["-o", "show", "partition"]);
  return Array.from(out.matchAll(/^PartitionName=(\S+)/gm), ([, name]) => name!).sort();
}
