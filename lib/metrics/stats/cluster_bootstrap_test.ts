import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { bootstrapInterval } from "./bootstrap.ts";
import { clusterBootstrap } from "./cluster_bootstrap.ts";

const meanOf = (values: ArrayLike<number>) => (rows: Int32Array) =>
  rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

Deno.test("`clusterBootstrap()` of groups of one row is the bootstrap", () => {
  const values = normal(rootKey(1), 50);
  const groups = Array.from(values, (_, row) => `${row}`);
  const plain = bootstrapInterval(
    rootKey(2),
    [values],
    ([drawn]) => drawn!.reduce((sum, value) => sum + value, 0) / 50,
  );
  const clustered = clusterBootstrap(rootKey(2), groups, meanOf(values));
  assertAlmostEquals(clustered.low, plain.low, 1e-12);
  assertAlmostEquals(clustered.high, plain.high, 1e-12);
});

Deno.test("`clusterBootstrap()` is not made surer by copies", () => {
  const values = normal(rootKey(1), 40);
  const rows = Array.from({ length: 200 }, (_, row) => row % 40);
  const copied = rows.map((row) => values[row]!);
  const once = clusterBootstrap(rootKey(2), rows.slice(0, 40).map(String), meanOf(values));
  const often = clusterBootstrap(rootKey(2), rows.map(String), meanOf(copied));
  assertAlmostEquals(often.low, once.low, 1e-12);
  assertAlmostEquals(often.high, once.high, 1e-12);
});

Deno.test("`clusterBootstrap()` takes groups whole, of any size and in any order", () => {
  const groups = ["a", "b", "a", "c", "a"];
  clusterBootstrap(rootKey(1), groups, (rows) => {
    const counts = groups.map((_, row) => rows.filter((drawn) => drawn === row).length);
    assert(counts[0] === counts[2] && counts[2] === counts[4]);
    assertEquals(counts[0]! + counts[1]! + counts[3]!, 3);
    return 0;
  }, { resamples: 50 });
});

Deno.test("`clusterBootstrap()` refuses no rows", () => {
  assertThrows(() => clusterBootstrap(rootKey(1), [], () => 0), RangeError, "is empty");
});
