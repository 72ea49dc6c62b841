/**
 * `sweep`: runs an experiment over many configurations, each over the seeds, and says which is best.
 *
 * @module
 */

import { explaining } from "../dataset/explaining.ts";
import type { Device } from "../device/device.ts";
import { lastOutcomes, runHalving } from "../launch/halving.ts";
import type { LaunchSession } from "../launch/job.ts";
import { staleSweeps, staleText } from "../launch/stale.ts";
import { runSweep, type SweepRequest } from "../launch/sweep.ts";
import { summariseSweep, type SweepAsked, writeSweep } from "../launch/sweep_summary.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import { isFresh } from "../report/fresh.ts";
import { cellName, type Sweep, sweepRuns } from "../run/sweep_schema.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { withDevice } from "./device_session.ts";
import {
  chosenSeeds,
  type Plan,
  planRuns,
  quoted,
  runOptions,
  runUsage,
  sharedRequest,
} from "./judged_runs.ts";
import { exitStatus, invocationFolder, type Streams } from "./streams.ts";
import { type AskedCells, askedCells, cellsOptions, cellsUsage } from "./sweep_cells.ts";
import { sweepTable } from "./sweep_table.ts";
import { wrapParagraph } from "./text.ts";

const usage =
  `Usage: deno task sweep NAME|FILE --grid KEY=a,b,c [--grid KEY=...] [--random N | --halving N --budget KEY=a,b] [options]
${cellsUsage}
  --metric NAME         what to draw (default: the first target's metric); may be repeated
  --seed N              a seed; may be repeated (default: the profile's seeds)
  --seeds N             the seeds 1 to N
  --set KEY=VALUE       changes one configuration value in every cell; may be repeated
  --fail-fast           stops at the first run that fails; without it the others go on
  --json                one JSON document on stdout: the sweep
${runUsage.replace(/.*--all .*\n/, "")}`;

const spec = {
  flags: [
    ...runOptions.flags.filter((name) => name !== "all"),
    "json",
    "fail-fast",
    ...cellsOptions.flags,
  ],
  values: [...runOptions.values, "seeds", ...cellsOptions.values],
  lists: [...runOptions.lists, "metric", "seed", "set", ...cellsOptions.lists],
  names: true,
  usage,
};

/** Runs the command. Status 0: every run is complete; 1: some failed. Targets are shown, not demanded. */
export async function sweepCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("sweep", args, spec);
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  if (parsed.positional.length !== 1) {
    throw new InputError(
      `Cannot sweep ${
        parsed.positional.join(", ") || "nothing"
      }: it takes one experiment, by name ` +
        `or file. ${usage}`,
    );
  }
  const set = parsed.list("set");
  const plan = await planRuns(parsed, {
    overrides: set,
    seeds: (standard) => chosenSeeds(parsed, standard),
  });
  const { profile, out } = plan;
  const planned = plan.experiments[0]!;
  const { registered: { experiment }, seeds } = planned;
  const asked = await askedCells(parsed, experiment, { profile, set, folder: invocationFolder() });
  const metrics = parsed.list("metric");
  // Where none is made there is nothing to stop.
  const failFast = parsed.flag("fail-fast") && parsed.value("launch") !== "none";
  return await withDevice(streams, plan, async (session) => {
    const shared = await sharedRequest(planned, plan, session);
    const { device } = session;
    const command = commandFor(parsed, seeds, device);
    const about = { experiment, profile, grid: asked.grid, seeds, metrics, device, command };
    const request = { seeds, shared, failFast, metrics };
    if (parsed.value("launch") !== "none") {
      for (const stale of await staleSweeps(out, about, asked.halving, shared.code)) {
        session.progress.note(wrapParagraph(staleText(stale)));
      }
    }
    const sweep = await madeSweep(asked, about, request, plan, session);
    session.progress.stop();
    if (sweep === null) {
      streams.err(
        "Stopped at the first run that failed; what is complete is kept. The same command goes on.",
      );
      return exitStatus.missed;
    }
    const directory = await writeSweep(out, sweep);
    await explaining(`write the pages of the sweep`, async () => {
      if (isFresh(out, sweep)) return;
      const { writeSweepPages } = await import("../report/collect.ts");
      await writeSweepPages(out, sweep, streams.err);
    });
    streams.out(
      parsed.flag("json") ? canonicalJson(sweep, { indent: 2 }) : sweepTable(sweep, directory),
    );
    return sweepRuns(sweep).some(({ failure }) => failure !== null)
      ? exitStatus.missed
      : exitStatus.ok;
  });
}

/** Runs all cells, or the rounds of them; `null` where a failed run ended it. */
async function madeSweep(
  { grid, halving }: AskedCells,
  about: SweepAsked,
  request: Omit<SweepRequest, "cells">,
  { launch }: Plan,
  session: LaunchSession,
): Promise<Sweep | null> {
  const { axes } = grid;
  if (halving !== null) {
    const metric = request.metrics[0]!;
    const rounds = await runHalving({ ...request, axes, halving, metric }, launch, session);
    if (rounds === null) return null;
    const { key } = halving;
    const budgets = halving.rounds.map(({ budget }) => budget);
    const asked = { ...about, halving: { key, metric, budgets, rounds } };
    return summariseSweep(asked, lastOutcomes(rounds));
  }
  const cells = grid.cells.map((cell, i) => ({
    name: `cell ${i + 1} of ${grid.cells.length} · ${cellName(axes, cell.values)}`,
    cell,
  }));
  const outcomes = await runSweep({ ...request, cells }, launch, session);
  return outcomes && summariseSweep(about, outcomes);
}

/**
 * The command without what changes no number: it says the same whoever asks for these runs, and how, and
 * names the device that they are of where it had been left open.
 */
function commandFor(
  parsed: Arguments,
  seeds: readonly number[],
  { backend, numerics }: Pick<Device, "backend" | "numerics">,
): string {
  const given = (name: string) => parsed.value(name) === undefined ? [] : [parsed.value(name)!];
  const options = [
    ["profile", given("profile")] as const,
    ["backend", [backend]] as const,
    ["numerics", numerics === "wasm-strict" ? ["strict"] : []] as const,
    ["grid", parsed.list("grid")] as const,
    ...(["random", "halving", "budget", "sweep-seed"] as const)
      .map((name) => [name, given(name)] as const),
    ["set", parsed.list("set")] as const,
    ["metric", parsed.list("metric")] as const,
    ["seed", [seeds.join(",")]] as const,
  ];
  const words = options.flatMap(([name, values]) =>
    values.flatMap((value) => [`--${name}`, value])
  );
  const yes = parsed.flag("yes") ? ["--yes"] : [];
  return ["deno task sweep", ...[...parsed.positional, ...words, ...yes].map(quoted)].join(" ");
}
