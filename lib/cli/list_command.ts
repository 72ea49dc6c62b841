/**
 * `list`: the experiments there are, what they promise and what has been run.
 *
 * @module
 */

import { profileNames } from "../experiment/config.ts";
import { seedList } from "../experiment/define.ts";
import { listExperiments, type Registered } from "../experiment/registry.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { type IndexedRun, listRuns } from "../run/index/run_index.ts";
import { parseArguments } from "./arguments.ts";
import { exitStatus, experimentsFolder, reportsFolder, type Streams } from "./streams.ts";
import { alignTable } from "./text.ts";

const usage = `Usage: deno task list [--json] [--out DIR]
  --json     an array of {name, title, profiles, targets, claims, runs}
  --out DIR  reports folder (default reports/)`;

/** Runs the command. */
export async function listCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("list", args, {
    flags: ["json", "debug", "help"],
    values: ["out"],
    lists: [],
    usage,
  });
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const reports = reportsFolder(parsed.value("out"));
  const experiments = await listExperiments(experimentsFolder);
  const runs = Map.groupBy(listRuns(reports, streams.err), ({ experiment }) => experiment);
  const listed = experiments.map((entry) => describe(entry, runs.get(entry.experiment.name) ?? []));
  streams.out(parsed.flag("json") ? canonicalJson(listed, { indent: 2 }) : table(listed));
  return exitStatus.ok;
}

type Listed = ReturnType<typeof describe>;

function describe({ experiment }: Registered, runs: readonly IndexedRun[]) {
  const { name, title, profiles, seeds, targets, claims } = experiment;
  return {
    name,
    title,
    profiles: Object.fromEntries(
      profileNames.map((
        profile,
      ) => [profile, { seeds: seedList(seeds[profile]), config: profiles[profile] }]),
    ),
    targets: targets.map(({ metric, bound, because }) => ({ metric, bound, because })),
    claims: claims.map(({ metric, bound, says, source, expect }) => ({
      metric,
      bound,
      says,
      source,
      expect,
    })),
    runs: runs.map(({ profile, seed, runId, backend }) => ({ profile, seed, runId, backend })),
  };
}

function table(listed: readonly Listed[]): string {
  const head = ["experiment", "title", "targets", "claims", "runs"];
  const rows = listed.map(({ name, title, targets, claims, runs }) => [
    name,
    title,
    String(targets.length),
    String(claims.length),
    String(runs.length),
  ]);
  return alignTable([head, ...rows], [2, 3, 4]);
}
