import { assertEquals } from "@std/assert";
import { savedState } from "assay";
import { Readings } from "./readings.ts";

Deno.test("`Readings` are the same after they were saved, those without a value too", async () => {
  const readings = new Readings();
  readings.add("debug/q1_mean", 100, NaN);
  readings.add("debug/q1_mean", 200, 0.5);
  readings.add("a tag that nobody keeps", 200, 1);
  const restored = new Readings();
  restored.add("debug/q1_max", 1, 1);
  restored.restore(await savedState(readings, "the test"));
  assertEquals(restored.of("debug/q1_mean"), { transitions: [100, 200], values: [NaN, 0.5] });
  assertEquals(restored.of("debug/q1_max").values, []);
});
