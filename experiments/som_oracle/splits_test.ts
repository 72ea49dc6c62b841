import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError, rootKey } from "assay";
import type { Histories } from "./prefixes.ts";
import { splitByConfiguration, splitByDataset } from "./splits.ts";
import { fallingHistories } from "./testing.ts";

const key = rootKey(2);
const histories = fallingHistories(key, 300, 40);
const SIDES = ["train", "validation", "test"] as const;

/** The first hundred runs twice more, as a search would log them again. */
const repeated: Histories = {
  ...histories,
  runs: [...histories.runs, ...histories.runs.slice(0, 100), ...histories.runs.slice(0, 100)],
};

Deno.test("`splitByDataset()` keeps 70, 15 and 15 % of the data sets to their sides", () => {
  const split = splitByDataset(histories, key);
  const sets = SIDES.map((side) => new Set(split[side].map((run) => histories.runs[run]!.dataset)));
  assertEquals(sets.map(({ size }) => size), [28, 6, 6]);
  assertEquals(new Set(sets.flatMap((set) => [...set])).size, 40);
  assertEquals(split.leftOut, 0);
  assertEquals(SIDES.flatMap((side) => split[side]).toSorted((a, b) => a - b), [
    ...histories.runs.keys(),
  ]);
});

Deno.test("`splitByDataset()` leaves out a configuration that an earlier side has", () => {
  // One configuration on every data set.
  const shared = {
    ...histories,
    runs: histories.runs.map((run, i) => i % 3 === 0 ? { ...run, configuration: "same" } : run),
  };
  const split = splitByDataset(shared, key);
  const has = SIDES.map((side) =>
    split[side].some((run) => shared.runs[run]!.configuration === "same")
  );
  assertEquals(has, [true, false, false]);
  const kept = SIDES.reduce((sum, side) => sum + split[side].length, 0);
  assert(split.leftOut > 0);
  assertEquals(kept + split.leftOut, 300);
});

Deno.test("`splitByConfiguration()` never has a configuration on two sides", () => {
  const split = splitByConfiguration(repeated, key);
  const configurations = SIDES.map((side) =>
    new Set(split[side].map((run) => repeated.runs[run]!.configuration))
  );
  assertEquals(configurations.map(({ size }) => size), [210, 45, 45]);
  assertEquals(new Set(configurations.flatMap((set) => [...set])).size, 300);
  assertEquals(SIDES.reduce((sum, side) => sum + split[side].length, 0), 500);
  // Its data sets are on all sides.
  const sets = SIDES.map((side) =>
    new Set(split[side].map((run) => repeated.runs[run]!.dataset)).size
  );
  assert(sets.every((count) => count > 20), `${sets}`);
});

Deno.test("splits depend on the key, and not on the order of the runs", () => {
  for (const split of [splitByDataset, splitByConfiguration]) {
    const named = (histories: Histories, seed: number) =>
      split(histories, rootKey(seed)).test.map((run) => histories.runs[run]!.configuration).sort();
    const reversed = { ...histories, runs: histories.runs.toReversed() };
    assertEquals(named(reversed, 1), named(histories, 1));
    assert(named(histories, 2).join() !== named(histories, 1).join());
    const few = { ...histories, runs: histories.runs.slice(0, 2) };
    assertThrows(() => split(few, key), InputError, "part would be empty");
  }
});
