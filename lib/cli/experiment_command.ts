/**
 * `experiment`: runs the seeds of experiments at a profile, judges them and writes their pages.
 *
 * @module
 */

import { canonicalJson } from "../numeric/canonical_json.ts";
import type { Summary } from "../run/schema.ts";
import { parseArguments } from "./arguments.ts";
import { configFlagNames } from "./config_flags.ts";
import { chosenSeeds, planRuns, runOptions, runPlan, runUsage } from "./judged_runs.ts";
import { exitStatus, type Streams } from "./streams.ts";
import { summaryTable } from "./summary_table.ts";

const usage = `Usage: deno task experiment [NAME or FILE ...] [options]
  --seed N              a seed; may be repeated (default: the profile's seeds)
  --seeds N             the seeds 1 to N
  --set KEY=VALUE       changes one configuration value; may be repeated
  --seed-rules          judges trainings by the decision matrix of document 003 alone (--set rules=seed)
  --force               a later gate starts though an earlier one failed (--set force=true)
  --json                one JSON document on stdout: the list of summaries
${runUsage}
Without a name: bandwidth-predictor.`;

const spec = {
  flags: [...runOptions.flags, ...configFlagNames, "json"],
  values: [...runOptions.values, "seeds"],
  lists: [...runOptions.lists, "seed", "set"],
  names: true,
  usage,
};

/** Runs the command. Status 0: all targets met and no verdict changed; 1 otherwise. */
export async function experimentCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("experiment", args, spec);
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const plan = await planRuns(parsed, {
    overrides: parsed.list("set"),
    seeds: (standard) => chosenSeeds(parsed, standard),
  });
  const json = parsed.flag("json");
  const summaries: Summary[] = [];
  await runPlan(plan, streams, ({ summary, directory }) => {
    summaries.push(summary);
    if (!json) streams.out(summaryTable(summary, directory));
  });
  if (json) streams.out(canonicalJson(summaries, { indent: 2 }));
  return summaries.every(({ verdict }) => verdict === "pass") ? exitStatus.ok : exitStatus.missed;
}
