/**
 * `compare`: where two runs part, and in what they differ.
 *
 * @module
 */

import { join } from "@std/path";
import { explaining } from "../dataset/explaining.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { writeComparison } from "../report/comparison_page.ts";
import { repeatable } from "../run/compare/again.ts";
import { firstPartingCall } from "../run/compare/bisect.ts";
import { compareRuns } from "../run/compare/compare.ts";
import type { Bisection, Comparison } from "../run/compare/comparison.ts";
import { findRun } from "../run/index/find_run.ts";
import { kernelsOfStep } from "../run/compare/kernels_of_step.ts";
import { parseArguments } from "./arguments.ts";
import { comparisonTable } from "./comparison_table.ts";
import { withDevice } from "./device_session.ts";
import { exitStatus, invocationFolder, reportsFolder, root, type Streams } from "./streams.ts";

const usage = `Usage: deno task compare RUN RUN [--json] [--out DIR]
  RUN        a run id, its first digits (4 or more), or the folder of a run
  --bisect   runs the step in which they part again, from the checkpoints before it, and names the first
             operation whose output differs
  --json     one JSON document on stdout, of the form assay/comparison@1
  --out DIR  reports folder (default reports/): ids are looked up in it, the page goes to its compare/
Exit status 0: the same bits; 1: other bits; 2: bad input.`;

/** Runs the command. Status 0: the same bits; 1: other bits. */
export async function compareCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("compare", args, {
    flags: ["bisect", "json", "debug", "help"],
    values: ["out"],
    lists: [],
    names: true,
    usage,
  });
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const [first, second, ...others] = parsed.positional;
  if (first === undefined || second === undefined || others.length > 0) {
    throw new InputError(
      `Cannot compare ${parsed.positional.length} runs: give two, each by its id or its folder. ${usage}`,
    );
  }
  const reports = reportsFolder(parsed.value("out"));
  const find = (name: string) => findRun(reports, name, invocationFolder(), streams.err);
  const [a, b] = [await find(first), await find(second)];
  const found = await compareRuns(a.directory, b.directory);
  const bisection = parsed.flag("bisect") ? await bisect(found.comparison, reports, streams) : null;
  const compared = { ...found, comparison: { ...found.comparison, bisection } };
  const { comparison } = compared;
  for (const message of comparison.unread) streams.err(message);
  const page = await explaining(
    `write the page of the comparison under ${reports}`,
    () => writeComparison(reports, compared),
  );
  streams.out(
    parsed.flag("json")
      ? canonicalJson(comparison, { indent: 2 })
      : comparisonTable(comparison, page),
  );
  return comparison.same ? exitStatus.ok : exitStatus.missed;
}

/** Takes both runs through the step in which they part; `null` where there is none to take. */
async function bisect(
  { parting, runs }: Comparison,
  reports: string,
  streams: Streams,
): Promise<Bisection | null> {
  if (parting === null || parting.step === 0) {
    streams.err(
      parting === null
        ? "The histories are the same bits: there is no step to run again."
        : "The weights differ before the first step: there is no step to run again.",
    );
    return null;
  }
  const { loop, step } = parting;
  const calls = async ({ directory }: Comparison["runs"]["a"]) => {
    const again = await repeatable(directory, root);
    return await withDevice(
      streams,
      again.device,
      ({ device, progress }) =>
        kernelsOfStep(again, directory, { loop, step }, {
          device,
          scratch: join(reports, ".bisect"),
          note: progress.note,
        }),
    );
  };
  const [a, b] = [await calls(runs.a), await calls(runs.b)];
  return {
    loop,
    step,
    calls: { a: a.length, b: b.length },
    parting: firstPartingCall(a, b),
  };
}
