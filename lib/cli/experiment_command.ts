/**
 * `experiment`: runs the seeds of experiments at a profile, judges them and writes their pages.
 *
 * @module
 */

import { join, relative } from "@std/path";
import { explaining } from "../dataset/explaining.ts";
import { closeDevice, type Device, openDevice } from "../device/device.ts";
import { resolveConfig } from "../experiment/config.ts";
import { seedList } from "../experiment/define.ts";
import { findExperiment, listExperiments, type Registered } from "../experiment/registry.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { writePages } from "../report/collect.ts";
import type { CheckpointPace } from "../run/checkpoints.ts";
import { writeChecksums } from "../run/checksums.ts";
import { executeRun } from "../run/execute.ts";
import { writeJson } from "../run/files.ts";
import { checkedOut, type Commit } from "../run/git.ts";
import { codeIdentity } from "../run/identity.ts";
import { Interruption } from "../run/interruption.ts";
import type { Result, Summary } from "../run/schema.ts";
import { summarise } from "../run/summarise.ts";
import { type Arguments, integerOption, parseArguments } from "./arguments.ts";
import { type ProgressBar, progressBar } from "./progress_bar.ts";
import { exitStatus, invocationFolder, reportsFolder, root, type Streams } from "./streams.ts";
import { stopOnSignals } from "./signals.ts";
import { summaryTable } from "./summary_table.ts";

const usage = `Usage: deno task experiment [NAME or FILE ...] [options]
  --all                 every experiment
  --profile quick|full  named set of parameters (default quick)
  --seed N              a seed; may be repeated (default: the profile's seeds)
  --seeds N             the seeds 1 to N
  --backend auto|webgpu|wasm|cpu   where to compute (default auto)
  --numerics auto|strict   on WASM: strict rounds every product, as any CPU can (default auto)
  --set KEY=VALUE       changes one configuration value; may be repeated
  --out DIR             reports folder (default reports/)
  --rerun               runs again what is already complete
  --checkpoint-seconds N   seconds from one checkpoint to the next (default 30)
  --checkpoint-steps N     a checkpoint every N steps as well
  --json                one JSON document on stdout: the list of summaries
  --debug               stack traces
Without a name: bandwidth-predictor.`;

const spec = {
  flags: ["all", "rerun", "json", "debug", "help"],
  values: [
    "profile",
    "seeds",
    "backend",
    "numerics",
    "out",
    "checkpoint-seconds",
    "checkpoint-steps",
  ],
  lists: ["seed", "set"],
  names: true,
  usage,
};

const backends = ["auto", "webgpu", "wasm", "cpu"] as const;
const numericsNames = ["auto", "strict"] as const;

/** Runs the command. Status 0: all targets met and no verdict changed; 1 otherwise. */
export async function experimentCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("experiment", args, spec);
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const plan = await planOf(parsed);
  const progress = progressBar(streams);
  const interruption = new Interruption();
  using _interrupts = stopOnSignals(interruption, () => {
    progress.stop();
    streams.err("Stopped; what was complete is kept.");
  });
  const { backend, numerics } = plan;
  const device = await openDevice({ backend, numerics, note: progress.note });
  const summaries: Summary[] = [];
  try {
    for (const { registered, config, seeds } of plan.experiments) {
      const summary = await runSeeds(
        registered,
        config,
        seeds,
        device,
        plan,
        progress,
        interruption,
      );
      summaries.push(summary);
      progress.stop();
      if (!plan.json) {
        streams.out(summaryTable(summary, join(plan.out, summary.experiment, summary.profile)));
      }
    }
  } finally {
    progress.stop();
    await closeDevice();
  }
  if (plan.json) streams.out(canonicalJson(summaries, { indent: 2 }));
  return summaries.every(({ verdict }) => verdict === "pass") ? exitStatus.ok : exitStatus.missed;
}

interface Plan {
  readonly experiments: readonly {
    registered: Registered;
    config: Record<string, unknown>;
    seeds: readonly number[];
  }[];
  readonly profile: string;
  readonly backend: (typeof backends)[number];
  readonly numerics: (typeof numericsNames)[number];
  readonly out: string;
  readonly rerun: boolean;
  readonly json: boolean;
  readonly command: string;
  readonly pace: CheckpointPace;
}

/** Everything that can be refused is refused here, before a device is opened. */
async function planOf(parsed: Arguments): Promise<Plan> {
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
  const experiments = chosen.map((registered) => {
    const { experiment } = registered;
    const config = resolveConfig(
      experiment,
      profile,
      parsed.list("set"),
      invocationFolder(),
    );
    return { registered, config, seeds: chosenSeeds(parsed, experiment.seeds[profile as "quick"]) };
  });
  return {
    experiments,
    profile,
    backend,
    numerics,
    out: reportsFolder(parsed.value("out")),
    rerun: parsed.flag("rerun"),
    json: parsed.flag("json"),
    command: commandLine(),
    pace: paceOf(parsed),
  };
}

function paceOf(parsed: Arguments): CheckpointPace {
  const steps = parsed.value("checkpoint-steps");
  const seconds = parsed.value("checkpoint-seconds") ?? "30";
  return {
    seconds: integerOption("checkpoint-seconds", seconds, 0),
    ...(steps === undefined ? {} : { steps: integerOption("checkpoint-steps", steps, 1) }),
  };
}

async function chosenExperiments(parsed: Arguments): Promise<Registered[]> {
  const folder = join(root, "experiments");
  if (parsed.flag("all")) {
    if (parsed.positional.length === 0) return await listExperiments(folder);
    throw new InputError(
      `Cannot run --all and ${parsed.positional.join(", ")} at once: give names or --all.`,
    );
  }
  const names = parsed.positional.length > 0 ? parsed.positional : ["bandwidth-predictor"];
  return await Promise.all(names.map((name) => findExperiment(name, folder, invocationFolder())));
}

function chosenSeeds(parsed: Arguments, standard: number | readonly number[]): number[] {
  const listed = parsed.list("seed").flatMap((text) => text.split(","));
  const count = parsed.value("seeds");
  if (listed.length > 0 && count !== undefined) {
    throw new InputError(`Cannot use --seed and --seeds at once: give a list or a count of seeds.`);
  }
  if (count !== undefined) return seedList(integerOption("seeds", count, 1));
  if (listed.length === 0) return seedList(standard);
  return [...new Set(listed.map((text) => integerOption("seed", text, 0)))];
}

/** The command as it can be given again. */
function commandLine(): string {
  const quoted = Deno.args.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)
  );
  return ["deno task", ...quoted].join(" ");
}

async function runSeeds(
  { experiment, file }: Registered,
  config: Record<string, unknown>,
  seeds: readonly number[],
  device: Device,
  plan: Plan,
  progress: ProgressBar,
  interruption: Interruption,
): Promise<Summary> {
  const { profile, out, rerun, command, pace } = plan;
  const directory = join(out, experiment.name, profile);
  const code = await codeIdentity(file, root);
  let found: Promise<Commit | null> | undefined;
  const commit = () => found ??= checkedOut(root, Object.keys(code.modules));
  const results: Result[] = [];
  const run = {
    experiment,
    profile,
    config,
    device,
    code,
    commit,
    directory,
    rerun,
    command,
    file: relative(root, file),
    progress,
    pace,
    interruption,
  };
  for (const seed of seeds) {
    const finished = await executeRun({ ...run, seed });
    const { runId, seconds } = finished.result;
    progress.note(
      finished.reused
        ? `seed ${seed} · run ${runId} is complete already`
        : `seed ${seed} · run ${runId} took ${seconds.total.toFixed(1)} s, ${
          seconds.train.toFixed(1)
        } s of it training`,
    );
    results.push(finished.result);
  }
  const summary = summarise(experiment, results);
  await writeJson(join(directory, "summary.json"), summary);
  await writeChecksums(directory, ["summary.json"]);
  await explaining(
    `write the pages of ${experiment.name}`,
    () => writePages(out, experiment.name, profile),
  );
  return summary;
}
