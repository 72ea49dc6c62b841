/**
 * `compare`: where two runs part, and in what they differ.
 *
 * @module
 */

import { explaining } from "../dataset/explaining.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { writeComparison } from "../report/comparison_page.ts";
import { compareRuns } from "../run/compare.ts";
import { findRun } from "../run/find_run.ts";
import { parseArguments } from "./arguments.ts";
import { comparisonTable } from "./comparison_table.ts";
import { exitStatus, invocationFolder, reportsFolder, type Streams } from "./streams.ts";

const usage = `Usage: deno task compare RUN RUN [--json] [--out DIR]
  RUN        a run id, its first digits (4 or more), or the folder of a run
  --json     one JSON document on stdout, of the form assay/comparison@1
  --out DIR  reports folder (default reports/): ids are looked up in it, the page goes to its compare/
Exit status 0: the same bits; 1: other bits; 2: bad input.`;

/** Runs the command. Status 0: the same bits; 1: other bits. */
export async function compareCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("compare", args, {
    flags: ["json", "debug", "help"],
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
  const compared = await compareRuns(a.directory, b.directory);
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
