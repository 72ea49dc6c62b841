/**
 * An experiment at `quick` on WASM: one seed is made again and has to come out as on record, bit for bit; then
 * targets and claims are judged over all seeds of the record, a step each. `deno task verify` makes all of them.
 * A run that is complete under reports/ answers at once, as for anybody who gives the command.
 *
 * Each experiment has a file of its own here, so that `deno test --parallel` runs them side by side.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { experimentsFolder, reportsFolder, root } from "../../lib/cli/streams.ts";
import { boundText } from "../../lib/experiment/judge.ts";
import { findExperiment } from "../../lib/experiment/registry.ts";
import { readResult } from "../../lib/run/checksums.ts";
import { agreementText, agrees } from "../../lib/run/record/agreement.ts";
import { compareWithRecord } from "../../lib/run/record/check.ts";
import {
  type ExperimentRecord,
  readRecord,
  recordPath,
  requireRecord,
} from "../../lib/run/record/record.ts";
import { type Result, summarySchema } from "../../lib/run/schema.ts";
import { summarise } from "../../lib/run/summarise.ts";
import { inProcess } from "../command_line.ts";

/** How the test of an experiment differs from those of the others. */
export interface TestOptions {
  /** Whether there is a record. Default: yes, and its absence is a failure. Without one all seeds are made. */
  readonly recorded?: boolean;
}

/** Declares the test of the experiment `name`. */
export function testTargets(name: string, { recorded = true }: TestOptions = {}): void {
  Deno.test(`${name} at quick`, async (t) => {
    const reports = reportsFolder(undefined);
    const record = recorded ? await requireRecord(reports, name, "quick") : null;
    const seed = record === null ? undefined : record.classes[0]!.runs[0]!.seed;
    const { status, out, err } = await inProcess(
      ...["experiment", name, "--backend", "wasm", "--json"],
      ...seed === undefined ? [] : ["--seed", String(seed)],
    );
    // One seed alone may fall short of a target.
    assert(status === 0 || status === 1 && record !== null, err);
    let summary = summarySchema.parse(JSON.parse(out)[0]);
    if (record === null) {
      await t.step("there is no record yet", async () => {
        const record = await readRecord(reports, name, "quick");
        assert(record === null, "there is one now: remove `recorded: false` from the test");
      });
    } else {
      const directory = join(reports, name, "quick", summary.runs[0]!.runId);
      const result = (await readResult(directory))!;
      await t.step(`seed ${seed} comes out as on record`, async () => {
        const agreement = await compareWithRecord(record, [{ directory, result }]);
        assert(agrees(agreement), agreementText(agreement, recordPath(reports, name, "quick")));
      });
      const { experiment } = await findExperiment(name, experimentsFolder, root);
      summary = summarise(experiment, resultsOnRecord(record, result));
    }
    for (const { metric, bound, verdict, seeds, value } of summary.targets) {
      await t.step(`${metric} ${boundText(bound)} over ${seeds} seeds`, () => {
        assertEquals(verdict, "pass", `found ${value}`);
      });
    }
    for (const { says, verdict, expected, evidence } of summary.claims) {
      await t.step(`"${says}" is ${expected}`, () => assertEquals(verdict, expected, evidence));
    }
    assertEquals([summary.verdict, summary.reasons], ["pass", []], err);
  });
}

/** What is on record of each seed; metrics of the machine, which no record holds, are those of the run made here. */
function resultsOnRecord({ classes }: ExperimentRecord, made: Result): Result[] {
  const own = classes.find(({ contract }) => contract.numerics === made.contract.numerics);
  return (own ?? classes[0]!).runs.map(({ seed, metrics }) => {
    const ofMachine = Object.entries(made.metrics).filter(([metric]) =>
      made.units[metric]?.machine
    );
    return { ...made, seed, metrics: { ...Object.fromEntries(ofMachine), ...metrics } };
  });
}
