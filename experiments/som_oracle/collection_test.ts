import { assertEquals } from "@std/assert";
import { rootKey, savedState } from "assay";
import { collectRuns } from "../../data/som.ts";
import { CollectedRuns } from "./collection.ts";

Deno.test("a collection that was interrupted goes on with the same runs", async () => {
  const size = { dataSets: 2, runsPerDataSet: 2 };
  const all = [...collectRuns(rootKey(1), size)];
  const [before, after] = [new CollectedRuns(), new CollectedRuns()];
  before.runs.push(...all.slice(0, 2));
  after.runs.push(...all.slice(3));
  after.restore(await savedState(before, "example"));
  after.runs.push(...collectRuns(rootKey(1), { ...size, from: 2 }));
  assertEquals(after.runs, all);
});
