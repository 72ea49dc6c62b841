import { assertEquals } from "@std/assert";
import { rootKey } from "../random/key.ts";
import { uniform } from "../random/distributions.ts";
import { savedState } from "../train/state.ts";
import { GradientAlarm } from "./gradient_alarm.ts";

/** An alarm that has seen so many norms of about 2. */
function calm(limits: "relative" | "document", norms = 100): GradientAlarm {
  const alarm = new GradientAlarm(limits);
  for (const norm of uniform(rootKey(1), norms, 1.5, 2.5)) assertEquals(alarm.add(norm), "calm");
  return alarm;
}

const levels = (limits: "relative" | "document", ...norms: number[]) =>
  norms.map((norm) => calm(limits).add(norm));

Deno.test("`GradientAlarm` compares with the usual length, and with lengths that are never usual", () => {
  assertEquals(levels("relative", 15, 30, 300), ["calm", "warning", "critical"]);
  assertEquals(levels("relative", Infinity, NaN), ["critical", "critical"]);
  // Before there is a usual length.
  const early = [900, 1100, 99_000, 101_000].map((norm) => new GradientAlarm("relative").add(norm));
  assertEquals(early, ["calm", "warning", "warning", "critical"]);
});

Deno.test("`GradientAlarm` with the document's limits knows lengths alone", () => {
  assertEquals(levels("document", 9_000, 11_000, 51_000, NaN), [
    ...["calm", "warning", "critical", "critical"],
  ]);
});

Deno.test("`GradientAlarm` goes on from a saved state", async () => {
  const alarm = calm("relative");
  const other = new GradientAlarm("relative");
  other.restore(await savedState(alarm, "test"));
  assertEquals(other.add(30), "warning");
});
