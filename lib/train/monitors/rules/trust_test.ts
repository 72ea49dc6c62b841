import { assertEquals, assertStringIncludes } from "@std/assert";
import { defaultRules, signalExtractionRules } from "../rule_sets.ts";
import { both, findingOf, frozen, online } from "../testing.ts";

const signal = signalExtractionRules;

Deno.test("`non_finite` finds NaN and infinities wherever they first are, and keeps them found", () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (const at of [0, 2, 4]) {
      const losses = [5, 4, 3, 2, 1].map((loss, i) => i === at ? bad : loss);
      for (
        const [epochs, name] of [[online(losses), "on-line"], [frozen(losses), "frozen"]] as const
      ) {
        const found = findingOf(defaultRules, "non_finite", { epochs })!;
        assertEquals(found.evidence, `The ${name} loss of epoch ${at + 1} is ${bad}.`);
        assertEquals(found.severity, "error");
      }
    }
  }
  const epochs = frozen([2, 1]);
  const cases = [
    [{ epochs, gradientNorms: [1, NaN, 1] }, "The gradient's norm of step 2 is NaN."],
    [{ epochs, final: { train: NaN } }, "The final training loss is NaN."],
    [{ epochs, final: { train: 1, test: Infinity } }, "The final test loss is Infinity."],
  ] as const;
  for (const [history, evidence] of cases) {
    assertEquals(findingOf(defaultRules, "non_finite", history)?.evidence, evidence);
  }
  assertEquals(
    findingOf(defaultRules, "non_finite", { epochs, final: { train: 1, test: 2 } }),
    undefined,
  );
});

Deno.test("`online_only` asks for a frozen loss, from the first epoch or from the fifth", () => {
  const after = (set: typeof signal, losses: number[]) =>
    findingOf(set, "online_only", { epochs: online(losses) })?.evidence;
  assertEquals(after(signal, []), undefined);
  assertStringIncludes(after(signal, [1])!, "1 epoch has");
  assertEquals(after(defaultRules, [5, 4, 3, 2]), undefined);
  assertStringIncludes(after(defaultRules, [5, 4, 3, 2, 1])!, "5 epochs have");
  assertEquals(findingOf(signal, "online_only", { epochs: both([1], [1]) }), undefined);
});

Deno.test("`tracking_gap` compares the two losses of an epoch, above its threshold and on one side", () => {
  const gap = (onlineLoss: number, frozenLoss: number) =>
    findingOf(signal, "tracking_gap", { epochs: both([onlineLoss], [frozenLoss]) })?.evidence;
  // Above 0.1 the relative threshold is the larger one, below it the absolute one.
  assertEquals(gap(0.28, 0.4199), undefined);
  assertEquals(
    gap(0.28, 0.5),
    "At epoch 1 the frozen loss 0.5 is 0.22 above the on-line loss 0.28 (threshold 0.14).",
  );
  assertEquals(gap(0.0025, 0.0524), undefined);
  assertStringIncludes(gap(0.0025, 0.0526)!, "threshold 0.05");
  // A fall within the epoch.
  assertEquals(gap(0.5, 0.05), undefined);
});

Deno.test("`tracking_gap` by default leaves alone what learns", () => {
  const gap = (frozenLosses: number[]) =>
    findingOf(defaultRules, "tracking_gap", {
      epochs: both([1, 0.9, 0.8].slice(0, frozenLosses.length), frozenLosses),
    });
  assertEquals(gap([3, 3]), undefined);
  assertEquals(gap([2, 2, 1.91])?.severity, "warning");
  assertEquals(gap([2, 2, 1.89]), undefined);
});

Deno.test("`at_floor` is within 2 % of the floor, on both sides", () => {
  const at = (loss: number, floor = 0.5) =>
    findingOf(signal, "at_floor", { epochs: frozen([loss]), floor });
  assertEquals([0.489, 0.511].map((loss) => at(loss)), [undefined, undefined]);
  assertEquals([0.491, 0.5, 0.509].map((loss) => at(loss)?.severity), ["info", "info", "info"]);
  assertEquals(
    at(0.509)?.evidence,
    "The best frozen loss, 0.509 at epoch 1, is within 1.8 % of the information floor 0.5 (threshold 2 %).",
  );
  assertEquals(findingOf(signal, "at_floor", { epochs: frozen([0.5]) }), undefined);
  assertEquals(findingOf(signal, "at_floor", { epochs: online([0.5]), floor: 0.5 }), undefined);
  // At a floor of 0 only 0 itself.
  assertEquals(at(1e-9, 0), undefined);
});
