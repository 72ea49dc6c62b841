/**
 * Runs experiments as `experiment` and `record` are asked to: what was asked for is checked, a device
 * opened, the seeds of each experiment run and judged, its pages written.
 *
 * @module
 */

import { join, relative } from "@std/path";
import { explaining } from "../dataset/explaining.ts";
import { resolveConfig } from "../experiment/config.ts";
import { seedList } from "../experiment/define.ts";
import { findExperiment, listExperiments, type Registered } from "../experiment/registry.ts";
import { InputError } from "../numeric/errors.ts";
import { failureText, type Job, type Launch } from "../launch/job.ts";
import type { CheckpointPace } from "../run/checkpoint/checkpoints.ts";
import { writeChecksums } from "../run/checksums.ts";
import type { FinishedRun } from "../run/execute.ts";
import { writeJson } from "../run/files.ts";
import { checkedOut, type Commit } from "../run/git.ts";
import { codeIdentity } from "../run/identity.ts";
import type { Summary } from "../run/schema.ts";
import { summarise } from "../run/summarise.ts";
import { type Arguments, integerOption } from "./arguments.ts";
import { configFlagOverrides } from "./config_flags.ts";
import { type DeviceSession, withDevice } from "./device_session.ts";
import { launchOf, launchOptions, launchUsage } from "./launches.ts";
import {
  experimentsFolder,
  invocationFolder,
  reportsFolder,
  root,
  type Streams,
} from "./streams.ts";
import { wrapParagraph } from "./text.ts";

/** The options that commands with runs share, for their usage texts. */
export const runUsage = `  --all                 every experiment
  --profile quick|full  named set of parameters (default quick)
  --backend auto|webgpu|wasm|cpu   where to compute (default auto)
  --numerics auto|strict   on WASM: strict rounds every product, as any CPU can (default auto)
  --out DIR             reports folder (default reports/)
  --rerun               runs again what is already complete
${launchUsage}
  --checkpoint-seconds N   seconds from one checkpoint to the next (default 30)
  --checkpoint-steps N     a checkpoint every N steps as well
  --tensorboard         event files for TensorBoard too, in tensorboard/ of the reports folder
  --debug               stack traces`;

/** The same options for the parser. */
export const runOptions = {
  flags: ["all", "rerun", "tensorboard", "debug", "help"],
  values: [
    "profile",
    "backend",
    "numerics",
    "out",
    "checkpoint-seconds",
    "checkpoint-steps",
    ...launchOptions.values,
  ],
  lists: launchOptions.lists,
} as const;

const backends = ["auto", "webgpu", "wasm", "cpu"] as const;
const numericsNames = ["auto", "strict"] as const;

/** An experiment to run. */
export interface PlannedExperiment {
  readonly registered: Registered;
  readonly config: Record<string, unknown>;
  /** What it was resolved from, `KEY=VALUE`. */
  readonly overrides: readonly string[];
  readonly seeds: readonly number[];
}

/** What to run, and how. */
export interface Plan {
  readonly experiments: readonly PlannedExperiment[];
  readonly profile: string;
  readonly backend: (typeof backends)[number];
  readonly numerics: (typeof numericsNames)[number];
  /** The reports folder. */
  readonly out: string;
  readonly rerun: boolean;
  /** Whether event files for TensorBoard are written. */
  readonly tensorboard: boolean;
  readonly command: string;
  readonly pace: CheckpointPace;
  /** Makes the runs. */
  readonly launch: Launch;
}

/** The runs of an experiment's seeds, and what they amount to. */
export interface JudgedRuns {
  readonly summary: Summary;
  readonly runs: readonly FinishedRun[];
  /** Folder of the experiment's profile. */
  readonly directory: string;
}

/** What only some commands let a user change. */
export interface PlanOptions {
  /** Config overrides, `KEY=VALUE`. Default: none. */
  readonly overrides?: readonly string[];
  /** The seeds to run, given those of the profile. Default: those. */
  readonly seeds?: (standard: readonly number[]) => readonly number[];
}

/** Everything that can be refused is refused here, before a device is opened. */
export async function planRuns(
  parsed: Arguments,
  { overrides = [], seeds = (standard) => standard }: PlanOptions = {},
): Promise<Plan> {
  const profile = parsed.value("profile") ?? "quick";
  const backend = backends.find((name) => name === (parsed.value("backend") ?? "auto"));
  if (!backend) {
    throw new InputError(
      `Cannot open backend "${parsed.value("backend")}". Backends are ${backends.join(", ")}.`,
    );
  }
  const numerics = numericsNames.find((name) => name === (parsed.value("numerics") ?? "auto"));
  if (!numerics) {
    throw new InputError(
      `Cannot compute with numerics "${parsed.value("numerics")}". They are ${
        numericsNames.join(", ")
      }.`,
    );
  }
  const chosen = await chosenExperiments(parsed);
  const set = [...overrides, ...await configFlagOverrides(parsed, chosen)];
  const experiments = chosen.map((registered) => {
    const { experiment } = registered;
    const config = resolveConfig(experiment, profile, set, invocationFolder());
    const own = seeds(seedList(experiment.seeds[profile as "quick"]));
    return { registered, config, overrides: set, seeds: own };
  });
  const out = reportsFolder(parsed.value("out"));
  return {
    experiments,
    profile,
    backend,
    numerics,
    out,
    rerun: parsed.flag("rerun"),
    tensorboard: parsed.flag("tensorboard"),
    command: commandLine(),
    pace: paceOf(parsed),
    launch: launchOf(parsed, out),
  };
}

/**
 * Runs what is planned; each experiment is handed over when it is judged, in their order. A run that
 * fails is told at once and leaves the others; what was given wrongly ends them.
 *
 * @throws {RunsFailed} When some did.
 */
export async function runPlan(
  plan: Plan,
  streams: Streams,
  finished: (judged: JudgedRuns) => void | Promise<void>,
): Promise<void> {
  await withDevice(streams, plan, async (session) => {
    const groups: Job[][] = [];
    for (const entry of plan.experiments) groups.push(await jobsOf(entry, plan, session));
    const jobs = groups.flat();
    const runs = new Map<Job, FinishedRun | null>();
    const failures: Error[] = [];
    for await (const outcome of plan.launch(jobs, session)) {
      runs.set(outcome.job, outcome.finished);
      if (outcome.finished === null) {
        const { error } = outcome;
        const told = jobs.length > 1 || outcome.log !== null;
        if (error instanceof InputError || !told) throw error;
        session.progress.note(wrapParagraph(failureText(outcome)));
        failures.push(error);
      }
      while (groups.length > 0 && groups[0]!.every((job) => runs.has(job))) {
        const group = groups.shift()!;
        const complete = group.flatMap((job) => runs.get(job) ?? []);
        if (complete.length < group.length) continue;
        const judged = await judge(group[0]!, complete, plan.out);
        session.progress.stop();
        await finished(judged);
      }
    }
    if (failures.length > 0) throw new RunsFailed(failures, jobs.length);
  });
}

/** Runs failed, each of which was told when it did: there is nothing to judge. */
export class RunsFailed extends Error {
  override readonly name = "RunsFailed";

  constructor([first, ...others]: readonly Error[], of: number) {
    super(
      `Cannot judge all runs: ${1 + others.length} of ${of} failed, the first with ` +
        `"${first!.message}". What is complete is kept; the same command makes the others again.`,
    );
    this.stack = first!.stack ?? "";
  }
}

/** The seeds asked for by --seed or --seeds; `standard` where there is neither. */
export function chosenSeeds(parsed: Arguments, standard: readonly number[]): readonly number[] {
  const listed = parsed.list("seed").flatMap((text) => text.split(","));
  const count = parsed.value("seeds");
  if (listed.length > 0 && count !== undefined) {
    throw new InputError(`Cannot use --seed and --seeds at once: give a list or a count of seeds.`);
  }
  if (count !== undefined) return seedList(integerOption("seeds", count, 1));
  if (listed.length === 0) return standard;
  return [...new Set(listed.map((text) => integerOption("seed", text, 0)))];
}

/** When checkpoints are written, as asked for. */
export function paceOf(parsed: Arguments): CheckpointPace {
  const steps = parsed.value("checkpoint-steps");
  const seconds = parsed.value("checkpoint-seconds") ?? "30";
  return {
    seconds: integerOption("checkpoint-seconds", seconds, 0),
    ...(steps === undefined ? {} : { steps: integerOption("checkpoint-steps", steps, 1) }),
  };
}

async function chosenExperiments(parsed: Arguments): Promise<Registered[]> {
  if (parsed.flag("all")) {
    if (parsed.positional.length === 0) return await listExperiments(experimentsFolder);
    throw new InputError(
      `Cannot run --all and ${parsed.positional.join(", ")} at once: give names or --all.`,
    );
  }
  const names = parsed.positional.length > 0 ? parsed.positional : ["bandwidth-predictor"];
  return await Promise.all(
    names.map((name) => findExperiment(name, experimentsFolder, invocationFolder())),
  );
}

/** The command as it can be given again. */
export function commandLine(): string {
  return ["deno task", ...Deno.args.map(quoted)].join(" ");
}

/** A word of a command, in quotes where the shell would read more into it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}

/** The seeds of a planned experiment as jobs. */
async function jobsOf(
  entry: PlannedExperiment,
  plan: Plan,
  session: DeviceSession,
): Promise<Job[]> {
  const { registered: { experiment }, config, overrides, seeds } = entry;
  const shared = await sharedRequest(entry, plan, session);
  const name = plan.experiments.length > 1 ? experiment.name : "";
  return seeds.map((seed) => ({ name, request: { ...shared, config, seed }, overrides }));
}

/** Judges the runs of all seeds and writes what comes of it. */
async function judge(
  { request: { experiment, profile, directory } }: Job,
  runs: readonly FinishedRun[],
  reports: string,
): Promise<JudgedRuns> {
  const summary = summarise(experiment, runs.map(({ result }) => result));
  await writeJson(join(directory, "summary.json"), summary);
  await writeChecksums(directory, ["summary.json"]);
  await explaining(`write the pages of ${experiment.name}`, async () => {
    // A sweep needs none of it.
    const { writePages } = await import("../report/collect.ts");
    await writePages(reports, experiment.name, profile);
  });
  return { summary, runs, directory };
}

/** What the runs of a planned experiment have in common. */
export async function sharedRequest(
  { registered: { experiment, file } }: PlannedExperiment,
  { profile, out, rerun, tensorboard, command, pace }: Plan,
  { device, progress }: DeviceSession,
): Promise<Omit<Job["request"], "config" | "seed">> {
  const code = await codeIdentity(file, root);
  const board = join(out, "tensorboard");
  if (tensorboard) progress.note(`To see the curves: tensorboard --logdir ${quoted(board)}`);
  let found: Promise<Commit | null> | undefined;
  return {
    experiment,
    profile,
    device,
    code,
    commit: () => found ??= checkedOut(root, Object.keys(code.modules)),
    directory: join(out, experiment.name, profile),
    rerun,
    command,
    file: relative(root, file),
    pace,
    ...(tensorboard ? { tensorboard: join(board, experiment.name, profile) } : {}),
  };
}
