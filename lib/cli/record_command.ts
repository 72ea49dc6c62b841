/**
 * `record`: runs experiments as their files state them and keeps the results as records, which later
 * runs are compared with.
 *
 * @module
 */

import { relative } from "@std/path";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { agreementText } from "../run/record/agreement.ts";
import { writeJson } from "../run/files.ts";
import {
  type ExperimentRecord,
  mergeRecords,
  readRecord,
  recordPath,
  recordRuns,
  sameSubject,
} from "../run/record/record.ts";
import { compareWithRecord } from "../run/record/check.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { type JudgedRuns, planRuns, runOptions, runPlan, runUsage } from "./judged_runs.ts";
import { exitStatus, invocationFolder, type Streams } from "./streams.ts";
import { wrapParagraph } from "./text.ts";

const usage = `Usage: deno task record [NAME or FILE ...] [options]
  Writes records/<experiment>.<profile>.json under the reports folder: the digests and judged values of
  the profile's seeds. What it holds of other numerics classes stays.
${runUsage}
Without a name: bandwidth-predictor.`;

const spec = {
  flags: [...runOptions.flags],
  values: [...runOptions.values, "seeds"],
  lists: [...runOptions.lists, "seed", "set"],
  names: true,
  usage,
};

/** Runs the command. Status 0: all targets met and no verdict changed; 1 otherwise, recorded all the same. */
export async function recordCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("record", args, spec);
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  refuseOverrides(parsed);
  const plan = await planRuns(parsed);
  // A damaged record is found before an hour of runs, not after it.
  for (const { registered: { experiment } } of plan.experiments) {
    await readRecord(plan.out, experiment.name, plan.profile);
  }
  let met = true;
  await runPlan(plan, streams, async (judged) => {
    met &&= judged.summary.verdict === "pass";
    streams.out(await keep(judged, plan.out));
  });
  return met ? exitStatus.ok : exitStatus.missed;
}

/** Refuses what would make the record one of something else than the experiment file states. */
function refuseOverrides(parsed: Arguments): void {
  const seeds = parsed.value("seeds");
  const given = [
    ...parsed.list("set").map((text) => `--set ${text}`),
    ...parsed.list("seed").map((text) => `--seed ${text}`),
    ...(seeds === undefined ? [] : [`--seeds ${seeds}`]),
  ];
  if (given.length === 0) return;
  throw new InputError(
    `Cannot record with ${
      given.join(" ")
    }: a record holds the profile's seeds and configuration as ` +
      `the experiment file states them, so that everybody can compare with it. Leave that out, or ` +
      `change the profile in the experiment file.`,
  );
}

/** Writes the record of judged runs; says what is in it, and what changed. */
async function keep({ summary, runs }: JudgedRuns, reports: string): Promise<string> {
  const { experiment, profile, reasons } = summary;
  const judged = [...summary.targets, ...summary.claims].map(({ metric }) => metric);
  const own = await recordRuns(runs, judged);
  const earlier = await readRecord(reports, experiment, profile);
  const { record, dropped } = mergeRecords(own, earlier);
  const path = recordPath(reports, experiment, profile);
  await writeJson(path, record);

  const { contract, runs: recorded } = own.classes[0]!;
  const seeds = recorded.map(({ seed }) => seed).join(", ");
  const shown = relative(invocationFolder(), path);
  return [
    `${experiment} · ${profile} · ${contract.numerics} · seed${
      runs.length === 1 ? "" : "s"
    } ${seeds}`,
    wrapParagraph(await change(own, earlier, runs)),
    ...(dropped.length > 0
      ? [wrapParagraph(
        `Dropped ${
          dropped.join(" and ")
        }: recorded with another configuration. Record again where ` +
          `these can be computed.`,
      )]
      : []),
    ...reasons.map((reason) => `not met: ${reason}`),
    `record: ${shown.startsWith("..") ? path : shown}\n`,
  ].join("\n");
}

/** How a new record of one class stands to the earlier record, in a paragraph. */
async function change(
  own: ExperimentRecord,
  earlier: ExperimentRecord | null,
  runs: JudgedRuns["runs"],
): Promise<string> {
  const { numerics } = own.classes[0]!.contract;
  const before = earlier?.classes.find(({ contract }) => contract.numerics === numerics);
  if (!earlier || !before) return `New: there was no record of ${numerics}.`;
  if (!sameSubject(own, earlier)) return "New: the earlier record was of another configuration.";
  if (canonicalJson(before) === canonicalJson(own.classes[0])) return "The same as before.";
  return `Changed. ${agreementText(await compareWithRecord(earlier, runs), "the earlier record")}`;
}
