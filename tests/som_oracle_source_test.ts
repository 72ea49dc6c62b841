/** Where the Oracle's runs come from: a user's own file, the document's simulation; what is refused; and its parts. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { rootKey } from "assay";
import { collectRuns, metadataPath, simulatedRuns, writeRuns } from "../data/som.ts";
import { inProcess, withFolder } from "./command_line.ts";

/** The smallest evaluation of a source. */
function evaluate(folder: string, source: string, parts = "evaluation,known", more: string[] = []) {
  const settings = [
    `source=${source}`,
    `parts=${parts}`,
    "dataSets=20",
    "runsPerDataSet=2",
    "shares=0.2",
    "epochs=1",
    ...more,
  ];
  const set = settings.flatMap((setting) => ["--set", setting]);
  const run = ["experiment", "som-oracle", "--seed", "1", "--backend", "wasm"];
  return inProcess(...run, ...set, "--out", join(folder, "reports"));
}

Deno.test("a user's own runs are read, split by data set and studied; the document's claims are not on trial", () =>
  withFolder(async (folder) => {
    const file = join(folder, "own.csv");
    await writeRuns(file, [...collectRuns(rootKey(5), { dataSets: 20, runsPerDataSet: 2 })]);
    const found = await evaluate(folder, file);
    assertEquals(found.status, 0, found.err);
    assertStringIncludes(found.err, "40 runs: 28 to learn from, 6 to choose on, 6 to judge on");
    assertStringIncludes(found.out, "unseen/padding");
    assertEquals(found.out.includes("early stopping accuracy"), false);
    // The content is part of the run, the path is not.
    const moved = join(folder, "moved.csv");
    await Deno.rename(file, moved);
    await Deno.rename(metadataPath(file), metadataPath(moved));
    const again = await evaluate(folder, moved);
    assertMatch(again.err, /is complete|was complete|nothing to do/);
  }));

Deno.test("simulated runs and files without an origin are read with three features and no context", () =>
  withFolder(async (folder) => {
    const simulated = await evaluate(folder, "simulated");
    assertEquals(simulated.status, 0, simulated.err);
    assertStringIncludes(simulated.err, "3 features are read");
    assertStringIncludes(simulated.err, "without context");
    const file = join(folder, "made.csv");
    await writeRuns(file, simulatedRuns(rootKey(5), 40));
    assertEquals((await evaluate(folder, file)).status, 0);
  }));

Deno.test("files that are missing, or say the same run twice, are refused", () =>
  withFolder(async (folder) => {
    const missing = await evaluate(folder, join(folder, "none.csv"));
    assertEquals(missing.status, 2);
    assertStringIncludes(missing.err, "source=");
    const file = join(folder, "twice.csv");
    await writeRuns(file, simulatedRuns(rootKey(5), 10));
    const rows = (await Deno.readTextFile(file)).trimEnd().split("\n");
    await Deno.writeTextFile(file, [...rows, rows[1], ""].join("\n"));
    const twice = await evaluate(folder, file);
    assertEquals(twice.status, 2);
    assertStringIncludes(twice.err, "both have the uid");
  }));

Deno.test("parts that `quick` leaves out, or makes small, run alone", () =>
  withFolder(async (folder) => {
    const small = ["ablationEpochs=1", "variantEpochs=1", "placementDataSets=20"];
    for (const part of ["ablation", "placement", "attention", "horizons"]) {
      const { status, err, out } = await evaluate(folder, "real", part, small);
      // A network that has learned for an epoch need not know that what is further away is harder.
      assertEquals(part === "horizons" ? [0, 1].includes(status) : status === 0, true, err + out);
    }
    const folders = [...Deno.readDirSync(join(folder, "reports", "som-oracle", "quick"))]
      .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
    const results = folders.filter((name) => !name.startsWith(".")).map((name) =>
      JSON.parse(
        Deno.readTextFileSync(
          join(folder, "reports", "som-oracle", "quick", name, "result.json"),
        ),
      ).metrics
    );
    for (
      const metric of [
        "ablation/lstm/plan/20%/mae",
        "ablation/ridge/prefix-3/50%/mae",
        "placement/6/logarithmic/mae",
        "attention/weight/60%",
        "horizons/+25%/mqe/mae",
      ]
    ) assertEquals(results.filter((metrics) => metric in metrics).length, 1, metric);
  }));
