/**
 * `list`: the experiments there are, what they promise and what has been run.
 *
 * @module
 */

import { join } from "@std/path";
import { profileNames } from "../experiment/config.ts";
import { seedList } from "../experiment/define.ts";
import { listExperiments, type Registered } from "../experiment/registry.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { listRuns } from "../run/index.ts";
import { parseArguments } from "./arguments.ts";
import { exitStatus, reportsFolder, root, type Streams } from "./streams.ts";
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
  const listed = await Promise.all(
    (await listExperiments(join(root, "experiments"))).map((entry) =>
      describe(entry, reports, streams)
    ),
  );
  streams.out(parsed.flag("json") ? canonicalJson(listed, { indent: 2 }) : table(listed));
  return exitStatus.ok;
}

type Listed = Awaited<ReturnType<typeof describe>>;

async function describe({ experiment }: Registered, reports: string, streams: Streams) {
  const { name, title, profiles, seeds, targets, claims } = experiment;
  const runs = await listRuns(reports, name, streams.err);
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
    runs: runs.map(({ result: { profile, seed, runId, contract } }) => ({
      profile,
      seed,
      runId,
      backend: contract.backend,
    })),
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
