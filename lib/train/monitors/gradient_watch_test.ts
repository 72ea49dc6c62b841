import { assertEquals } from "@std/assert";
import { normal } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { savedState } from "../state.ts";
import { GradientWatch } from "./gradient_watch.ts";

const norms = [...normal(rootKey(5), 500)].map((value) => 3 + 0.3 * value);

Deno.test("`GradientWatch` compares a norm with the median of those before it, not with itself", () => {
  const watch = new GradientWatch();
  for (let step = 1; step <= 20; step++) assertEquals(watch.add(1), null);
  assertEquals(watch.add(50), 50);
  assertEquals(watch.add(2), 2);
  assertEquals(watch.reading.largest, { step: 21, norm: 50, median: 1, ratio: 50 });
});

Deno.test("`GradientWatch` follows a slow growth, and sees a burst on top of it", () => {
  const watch = new GradientWatch();
  const ratios = Array.from({ length: 5000 }, (_, i) => watch.add(1.002 ** i) ?? 1);
  assertEquals(ratios.every((ratio) => ratio < 1.3), true);
  assertEquals(watch.add(30 * 1.002 ** 5000)! > 30, true);
});

Deno.test("`GradientWatch` remembers the first norm that is not finite, and a median of 0 judges nothing", () => {
  const watch = new GradientWatch();
  for (const norm of [1, NaN, Infinity, 1]) watch.add(norm);
  assertEquals(watch.reading.notFinite, { step: 2, norm: NaN });
  assertEquals(watch.reading.steps, 4);
  const silent = new GradientWatch();
  for (let step = 0; step < 50; step++) silent.add(0);
  assertEquals(silent.add(1), null);
});

Deno.test("`GradientWatch` goes on from its state as if it had not stopped", async () => {
  for (const cut of [0, 7, 250, 420]) {
    for (const burst of [null, 10, 300]) {
      const sequence = norms.map((norm, i) => i === burst ? 500 : i === 400 ? Infinity : norm);
      const whole = new GradientWatch(), before = new GradientWatch(), after = new GradientWatch();
      const ratios = sequence.map((norm) => whole.add(norm));
      sequence.slice(0, cut).forEach((norm) => before.add(norm));
      after.restore(await savedState(before, "test"));
      assertEquals(sequence.slice(cut).map((norm) => after.add(norm)), ratios.slice(cut));
      assertEquals(after.reading, whole.reading);
    }
  }
});
