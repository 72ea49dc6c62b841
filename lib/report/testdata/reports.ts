/**
 * Test support: a reports folder with the made-up outcome of the bandwidth predictor.
 *
 * @module
 */

import { join } from "@std/path";
import { jsonText } from "../../numeric/canonical_json.ts";
import { writeChecksums } from "../../run/checksums.ts";
import { bandwidthPage } from "./bandwidth.ts";

/** Where the report is, relative to the reports folder. */
export const bandwidthPlace = "bandwidth-predictor/quick";

/** A reports folder with one experiment's files, as its runs leave them. */
async function reportsFolder(): Promise<string> {
  const reports = await Deno.makeTempDir({ prefix: "assay-reports-" });
  const { summary, experiment, runs } = bandwidthPage();
  const write = async (path: string, text: string) => {
    await Deno.mkdir(join(reports, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(reports, path), text);
  };
  const full = { ...summary, source: experiment.source!, about: experiment.summary! };
  await write(`${bandwidthPlace}/summary.json`, jsonText(full));
  for (const { manifest, result, events, figures } of runs) {
    const run = `${bandwidthPlace}/${result.runId}`;
    await write(`${run}/manifest.json`, jsonText(manifest));
    await write(`${run}/result.json`, jsonText(result));
    await write(
      `${run}/events.jsonl`,
      events.map((event) => `${JSON.stringify(event)}\n`).join(""),
    );
    for (const figure of figures) {
      await write(`${run}/figures/${figure.name}.vl.json`, jsonText(figure));
    }
    await writeChecksums(join(reports, run));
  }
  await write("records/bandwidth-predictor/summary.json", "not a report");
  return reports;
}

/** Calls `action` with such a folder, which is removed afterwards. */
export async function withReports(action: (reports: string) => Promise<void>): Promise<void> {
  const reports = await reportsFolder();
  try {
    await action(reports);
  } finally {
    await Deno.remove(reports, { recursive: true });
  }
}
