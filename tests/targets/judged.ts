/**
 * An experiment at `quick` on WASM, judged: one step a target and a claim, and one for its record.
 * Runs that are complete under reports/ answer at once, as for anybody who gives the command.
 *
 * Each experiment has a file of its own here, so that `deno test --parallel` runs them side by side.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { boundText } from "../../lib/experiment/judge.ts";
import { agreementText, agrees } from "../../lib/run/record/agreement.ts";
import { readResult } from "../../lib/run/checksums.ts";
import { readRecord, recordPath, requireRecord } from "../../lib/run/record/record.ts";
import { compareWithRecord } from "../../lib/run/record/check.ts";
import { summarySchema } from "../../lib/run/schema.ts";
import { reportsFolder } from "../../lib/cli/streams.ts";
import { inProcess } from "../command_line.ts";

/** How the test of an experiment differs from those of the others. */
export interface TestOptions {
  /** Whether there is a record to compare with. Default: yes, and its absence is a failure. */
  readonly recorded?: boolean;
}

/** Declares the test of the experiment `name`. */
export function testTargets(name: string, { recorded = true }: TestOptions = {}): void {
  Deno.test(`${name} at quick`, async (t) => {
    const { status, out, err } = await inProcess("experiment", name, "--backend", "wasm", "--json");
    const summary = summarySchema.parse(JSON.parse(out)[0]);
    for (const { metric, bound, verdict, seeds, value } of summary.targets) {
      await t.step(`${metric} ${boundText(bound)} over ${seeds} seeds`, () => {
        assertEquals(verdict, "pass", `found ${value}`);
      });
    }
    for (const { says, verdict, expected, evidence } of summary.claims) {
      await t.step(`"${says}" is ${expected}`, () => assertEquals(verdict, expected, evidence));
    }
    const reports = reportsFolder(undefined);
    const compare = async () => {
      const record = await requireRecord(reports, name, "quick");
      const runs = await Promise.all(summary.runs.map(async ({ runId }) => {
        const directory = join(reports, name, "quick", runId);
        return { directory, result: (await readResult(directory))! };
      }));
      const agreement = await compareWithRecord(record, runs);
      assert(agrees(agreement), agreementText(agreement, recordPath(reports, name, "quick")));
    };
    if (recorded) await t.step("the results are those of the record", compare);
    else {
      await t.step("there is no record yet", async () => {
        const record = await readRecord(reports, name, "quick");
        assert(record === null, "there is one now: remove `recorded: false` from the test");
      });
    }
    assertEquals([status, summary.verdict, summary.reasons], [0, "pass", []], err);
  });
}
