/**
 * `verify`: runs a run, or the runs of a record, once more and says whether it comes out the same.
 *
 * @module
 */

import { join } from "@std/path";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { repeatable } from "../run/compare/again.ts";
import { agreementText, agrees } from "../run/record/agreement.ts";
import { headline, judgement } from "../run/compare/text.ts";
import { executeRun } from "../run/execute.ts";
import { findRun } from "../run/index/find_run.ts";
import { checkedOut } from "../run/git.ts";
import { requireRecord } from "../run/record/record.ts";
import { compareWithRecord } from "../run/record/check.ts";
import { siblingsOf, type Verification, verification } from "../run/compare/verification.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { withDevice } from "./device_session.ts";
import { commandLine, paceOf, planRuns, runPlan } from "./judged_runs.ts";
import { exitStatus, invocationFolder, reportsFolder, root, type Streams } from "./streams.ts";
import { wrapParagraph } from "./text.ts";

const usage = `Usage: deno task verify RUN|RECORD [options]
  RUN       a run id, its first digits (4 or more), or the folder of a run
  RECORD    EXPERIMENT.PROFILE, a record under records/, such as bandwidth-predictor.quick
  --backend auto|webgpu|wasm|cpu   for a record: where to compute (default wasm)
  --numerics auto|strict   for a record: on WASM, strict rounds every product (default auto)
  --json    one JSON document on stdout
  --out DIR reports folder (default reports/); the repetition works in its .verify/
  --checkpoint-seconds N, --checkpoint-steps N   as for experiment
  --debug   stack traces
Exit status 0: the same bits, or, where no contract promises them, values that agree; 1: other bits,
values that do not agree, or altered files; 2: bad input; 3: the device is unfit.`;

const spec = {
  flags: ["json", "debug", "help"],
  values: ["backend", "numerics", "out", "checkpoint-seconds", "checkpoint-steps"],
  lists: [],
  names: true,
  usage,
};

/** Runs the command. Status 0: it holds; 1: it does not. */
export async function verifyCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("verify", args, spec);
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const [name, ...others] = parsed.positional;
  if (name === undefined || others.length > 0) {
    throw new InputError(
      `Cannot verify ${parsed.positional.length} things: give one run or one record. ${usage}`,
    );
  }
  const [, experiment, profile] = /^([a-z0-9-]+)\.(quick|full)$/.exec(name) ?? [];
  return experiment !== undefined
    ? await verifyRecord(experiment, profile!, parsed, streams)
    : await verifyRun(name, parsed, streams);
}

async function verifyRecord(
  experiment: string,
  profile: string,
  parsed: Arguments,
  streams: Streams,
): Promise<number> {
  const reports = reportsFolder(parsed.value("out"));
  const record = await requireRecord(reports, experiment, profile);
  const scratch = join(reports, ".verify");
  const backend = parsed.value("backend") ?? "wasm";
  // Its task may start no other processes.
  const own: Record<string, string> = { profile, backend, out: scratch, jobs: "1" };
  const plan = await planRuns({
    ...parsed,
    positional: [experiment],
    flag: (name) => name === "rerun" || parsed.flag(name),
    value: (name) => own[name] ?? parsed.value(name),
  });
  let holds = false;
  await runPlan(plan, streams, async ({ runs, directory }) => {
    const agreement = await compareWithRecord(record, runs);
    holds = agrees(agreement);
    streams.out(
      parsed.flag("json")
        ? canonicalJson({
          schema: "assay/verification@1",
          record: `${experiment}.${profile}`,
          holds,
          agreement,
        }, {
          indent: 2,
        })
        : wrapParagraph(agreementText(agreement, "the record")),
    );
    if (holds) await Deno.remove(directory, { recursive: true });
    else streams.err(`The runs are in ${directory}.`);
  });
  return holds ? exitStatus.ok : exitStatus.missed;
}

async function verifyRun(name: string, parsed: Arguments, streams: Streams): Promise<number> {
  const reports = reportsFolder(parsed.value("out"));
  const found = await findRun(reports, name, invocationFolder(), streams.err);
  const { manifest, request, device } = await repeatable(found.directory, root);
  const { experiment, profile, code } = request;
  const siblings = await siblingsOf(found.directory, manifest, reports);
  return await withDevice(streams, device, async (session) => {
    const { device, interruption } = session;
    using progress = session.progress.job("");
    const repeated = await executeRun({
      device,
      interruption,
      progress,
      ...request,
      commit: () => checkedOut(root, Object.keys(code.modules)),
      directory: join(reports, ".verify", experiment.name, profile),
      rerun: true,
      command: commandLine(),
      pace: paceOf(parsed),
    });
    session.progress.stop();
    const verified = await verification(experiment, found.directory, repeated, siblings);
    streams.out(parsed.flag("json") ? asJson(verified) : asText(verified));
    if (verified.verdict === "same bits") {
      await Deno.remove(repeated.directory, { recursive: true });
    } else {
      streams.err(
        `The repetition is in ${repeated.directory}; deno task compare ${found.directory} ` +
          `${repeated.directory} shows more.`,
      );
    }
    return verified.holds ? exitStatus.ok : exitStatus.missed;
  });
}

function asJson({ verdict, holds, statistics, compared: { comparison } }: Verification): string {
  const document = { schema: "assay/verification@1", verdict, holds, statistics, comparison };
  return canonicalJson(document, { indent: 2 });
}

function asText({ holds, statistics, compared: { comparison } }: Verification): string {
  const { experiment, runs: { a }, parting, altered } = comparison;
  const lines = [
    `${experiment} · ${a.profile} · seed ${a.seed} · run ${a.runId} · ${headline(comparison)}`,
    wrapParagraph([
      ...(parting === null ? [] : [
        `The run is A, its repetition is B. Groups of weights that differ first: ${
          parting.groups.join(", ") || "none seen"
        }.`,
        parting.means,
      ]),
      judgement(comparison),
      ...(statistics === null ? [] : [agreementText(statistics, "the run")]),
    ].join(" ")),
    ...altered.a.map((what) => `altered: ${what}`),
    holds ? "verified" : "NOT verified",
  ];
  return lines.join("\n");
}
