/**
 * Submissions: a job array with a run a task, and a job after it that writes what the command would.
 *
 * @module
 */

import { basename, dirname, fromFileUrl, join } from "@std/path";
import { InputError } from "../../numeric/errors.ts";
import { writeWhole } from "../../run/files.ts";
import { logPath } from "../../run/log.ts";
import type { MissingRun } from "../answers.ts";
import { orderOf } from "../order.ts";
import { permissions, writable } from "../permissions.ts";
import { submit } from "./commands.ts";
import { submissionsFolder, writeManifest } from "./folder.ts";
import { packed } from "./manifest.ts";

/** How runs are submitted. */
export interface SubmitOptions {
  /** Folder that runs are written to. */
  readonly reports: string;
  /** Where relative paths of input files start. */
  readonly folder: string;
  /** Runs at once; `null` for as many as Slurm gives. */
  readonly jobs: number | null;
  /** Megabytes that the process of a run may take; `null` for as many as there are. */
  readonly memory: number | null;
  /** Cores of a run; its threads are as many as Slurm gives it. */
  readonly threads: number;
  /** Further options of `sbatch`, such as `--partition=long`. */
  readonly options: readonly string[];
  /** The words of the command, after `deno task`. */
  readonly command: readonly string[];
}

/** A job array. */
export interface Submission {
  /** Its folder; the name of its job is {@linkcode jobName}. */
  readonly folder: string;
  /** Id of the array. */
  readonly job: string;
}

const root = fromFileUrl(new URL("../../../", import.meta.url)).replace(/\/$/, "");
/** Most threads that kernels take. */
const MOST_THREADS = 256;

/** Name of the job of a submission. */
export function jobName(folder: string): string {
  return `assay-${basename(folder)}`;
}

/**
 * Submits runs as an array.
 *
 * @throws {InputError} When Slurm does not take them.
 */
export async function submitRuns(
  runs: readonly MissingRun[],
  options: SubmitOptions,
): Promise<Submission> {
  const { reports, jobs, memory, threads } = options;
  const granted = grantedFolders(reports);
  const { name } = runs[0]!.job.request.experiment;
  const folder = await Deno.makeTempDir({ dir: submissionsFolder(reports), prefix: `${name}-` });
  try {
    const orders = [];
    for (const { job, runId } of runs) orders.push(await orderOf(job, runId, options.folder));
    await writeManifest(folder, packed(orders));
    const logs = orders.map(({ directory, runId }) => logPath(directory, runId));
    for (const path of new Set(logs.map(dirname))) await Deno.mkdir(path, { recursive: true });
    await writeWhole(join(folder, "logs.txt"), logs.map((path) => `${path}\n`).join(""));
    const task = fromFileUrl(new URL("./task.ts", import.meta.url));
    const words = [...permissions(granted, memory), task, folder];
    await writeWhole(
      join(folder, "task.sh"),
      script(
        `log=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${quoted(join(folder, "logs.txt"))})`,
        "threads=${SLURM_CPUS_ON_NODE:-1}",
        `export ASSAY_THREADS=$((threads > ${MOST_THREADS} ? ${MOST_THREADS} : threads))`,
        `exec ${deno(words)} "$SLURM_ARRAY_TASK_ID" ${memory ?? ""} >> "$log" 2>&1`,
      ),
    );
    const atOnce = jobs === null ? "" : `%${jobs}`;
    const job = await submit([
      `--job-name=${jobName(folder)}`,
      `--array=0-${runs.length - 1}${atOnce}`,
      `--cpus-per-task=${threads}`,
      ...(memory === null ? [] : [`--mem=${memory}M`]),
      ...["--ntasks=1", "--requeue", "--open-mode=append"],
      // A name with a % would be read as a pattern.
      ...[`--chdir=${folder}`, "--output=%a.txt"],
      ...options.options,
      join(folder, "task.sh"),
    ]);
    return { folder, job };
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}

/**
 * Submits the job that does what the command does when its runs have ended: judges, summarises, writes
 * pages.
 *
 * @param device What the runs were ordered for.
 * @returns The job's id.
 * @throws {InputError} When Slurm does not take it.
 */
export async function submitSummary(
  submissions: readonly Submission[],
  device: { readonly backend: string; readonly numerics: string },
  { reports, folder: invoked, options, command }: SubmitOptions,
): Promise<string> {
  const { folder } = submissions[0]!;
  const words = [
    ...permissions(grantedFolders(reports), null),
    join(root, "lib", "cli", "main.ts"),
    ...command,
    ...["--launch", "none", "--backend", device.backend, "--numerics", device.numerics],
  ];
  await writeWhole(
    join(folder, "summary.sh"),
    script(`export INIT_CWD=${quoted(invoked)} ASSAY_THREADS=1`, `exec ${deno(words)}`),
  );
  return await submit([
    `--job-name=${jobName(folder)}-summary`,
    `--dependency=${["afterany", ...submissions.map(({ job }) => job)].join(":")}`,
    ...["--ntasks=1", "--requeue", `--chdir=${folder}`, "--output=summary.txt"],
    ...options,
    "--cpus-per-task=1",
    join(folder, "summary.sh"),
  ]);
}

function grantedFolders(reports: string): string[] {
  if (!reports.includes(",")) return writable([reports]);
  throw new InputError(
    `Cannot submit runs to Slurm: ${reports} has a comma in its name, which Deno's permissions cannot ` +
      `name. Choose another folder by --out.`,
  );
}

/** A batch script whose lines run in the checkout. */
function script(...lines: string[]): string {
  return ["#!/bin/sh", `cd ${quoted(root)} || exit`, ...lines, ""].join("\n");
}

/** The call of this very Deno. */
function deno(words: readonly string[]): string {
  return [Deno.execPath(), ...words].map(quoted).join(" ");
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
