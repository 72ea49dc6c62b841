/** A user's own invocations in the serverless experiments: what they run on, and what is refused. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { rootKey } from "assay";
import { invocationTrace } from "../data/serverless.ts";
import { inProcess, withFolder } from "./command_line.ts";

/** The smallest training of the operational layer on a file. */
function train(folder: string, file: string, parts: "series" | "document") {
  const settings = [
    `trace=${file}`,
    `parts=${parts}`,
    "lstm=8,8",
    "dense=8",
    "seriesEpochs=1",
    "seriesWindows=500",
    "documentEpochs=1",
    "documentWindows=500",
  ];
  const set = settings.flatMap((setting) => ["--set", setting]);
  const run = ["experiment", "serverless-operational", "--seed", "1", "--backend", "wasm"];
  return inProcess(...run, ...set, "--out", join(folder, "reports"));
}

async function csv(
  folder: string,
  rows: readonly string[],
  header = "app,func,end_timestamp,duration",
) {
  const file = join(folder, "own.csv");
  await Deno.writeTextFile(file, [header, ...rows, ""].join("\n"));
  return file;
}

/** Rows of a day, of all functions or of one. */
function dayOfRows(one = false): string[] {
  const { functions, functionIndex, endSeconds, durationSeconds } = invocationTrace(rootKey(1), {
    days: 1,
    invocations: 20_000,
  });
  const rows = Array.from(functionIndex, (index, i) => {
    const { app, func } = functions[index]!;
    return { index, text: `${app},${func},${endSeconds[i]},${durationSeconds[i]}` };
  });
  return rows.filter(({ index }) => !one || index === functionIndex[0]).map(({ text }) => text);
}

Deno.test("a user's own trace is cleaned, told about, and studied; unsorted rows are no matter", () =>
  withFolder(async (folder) => {
    const rows = dayOfRows();
    const spoiled = [...rows.toReversed(), rows[0]!, "shop,pay,10,0", "shop,pay,20,-1"];
    const found = await train(folder, await csv(folder, spoiled), "series");
    assertStringIncludes(found.err, "of 20003 rows 2 without a positive duration and 1 duplicates");
    assertStringIncludes(found.out, "series/60s/provision/skill/best-baseline");
    assertEquals([0, 1].includes(found.status), true, found.err);
    // The claims are about the document's data.
    assertEquals(found.out.includes("after the fix"), false);
  }));

Deno.test("a trace of one function is studied as any other", () =>
  withFolder(async (folder) => {
    const { status, err } = await train(folder, await csv(folder, dayOfRows(true)), "series");
    assertEquals([0, 1].includes(status), true, err);
  }));

Deno.test("what cannot be a trace is refused with the reason", () =>
  withFolder(async (folder) => {
    const refused = async (file: string, parts: "series" | "document", ...says: string[]) => {
      const { status, out, err } = await train(folder, file, parts);
      assertEquals([status, out], [2, ""], err);
      for (const part of says) assertStringIncludes(err.replaceAll("\n", " "), part);
    };
    const rows = ["shop,pay,10,1", "shop,pay,20,1"];
    await refused(await csv(folder, rows, "app,func,end,duration"), "series", "end_timestamp");
    await refused(await csv(folder, ["shop,pay,ten,1"]), "series", "own.csv", "ten");
    await refused(await csv(folder, ["shop,pay,10,0"]), "series", "none of its 1 rows");
    await refused(await csv(folder, rows), "series", "Cannot cut train windows", "longer trace");
    await refused(await csv(folder, rows), "document", "Cannot cut train windows", "longer trace");
  }));
