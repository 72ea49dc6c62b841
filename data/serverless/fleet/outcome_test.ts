import { assertEquals } from "@std/assert";
import { addOutcome, clearOutcome, emptyOutcome, type Outcome } from "./outcome.ts";

/** The same in every sum and every bin. */
function filled(value: number): Outcome {
  const { latencies, ...sums } = emptyOutcome();
  const names = Object.keys(sums) as (keyof typeof sums)[];
  for (const name of names) sums[name] = value;
  return { ...sums, latencies: latencies.fill(value) };
}

Deno.test("`addOutcome()` and `clearOutcome()` leave no sum out", () => {
  const outcome = filled(1);
  addOutcome(outcome, filled(2));
  assertEquals(outcome, filled(3));
  clearOutcome(outcome);
  assertEquals(outcome, emptyOutcome());
});
