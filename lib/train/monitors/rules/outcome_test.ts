import { assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose } from "../monitor.ts";
import { defaultRules, seedRules, signalExtractionRules } from "../rule_sets.ts";
import { alone, both, findingOf, frozen, online } from "../testing.ts";

const epochs = frozen([1, 0.5]);
const outcome = (id: string, train: number, test: number, set = signalExtractionRules) =>
  findingOf(set, id, { epochs, final: { train, test } });

Deno.test("`converged` is below 0.01, and asks for the test set until it is known", () => {
  const of = (loss: number) =>
    diagnose({ epochs: online([1, loss]) }, alone(seedRules, "converged"));
  assertEquals(of(0.01).primary, null);
  assertEquals(of(0.0099).action, { kind: "evaluate" });
  assertEquals(of(0.0099).primary?.evidence, "The on-line loss is 0.0099 at epoch 2, below 0.01.");
  const final = diagnose({ epochs, final: { train: 0.002 } }, alone(seedRules, "converged"));
  assertEquals(final.primary?.evidence, "The final training loss is 0.002, below 0.01.");
  assertEquals(
    diagnose({ epochs, final: { train: 0.002, test: 0.002 } }, alone(seedRules, "converged"))
      .primary,
    null,
  );
});

Deno.test("`converged` names the highest tier whose three limits all hold", () => {
  const tier = (train: number, test: number) =>
    outcome("converged", train, test)?.evidence.match(/tier.*/)?.[0];
  assertEquals(tier(0.00099, 0.00118), "tier excellent.");
  assertEquals(tier(0.00099, 0.0012), "tier good.");
  assertEquals(tier(0.001, 0.00101), "tier good.");
  assertEquals(tier(0.0049, 0.0071), "tier minimum.");
  assertEquals(tier(0.0099, 0.0148), "tier minimum.");
  assertEquals(tier(0.0099, 0.0151), "tier.");
  assertEquals(tier(0.01, 0.01), undefined);
});

Deno.test("`overfitting` is a test loss above 1.5 times the training loss, gravely above 2", () => {
  assertEquals(
    [1.5, 1.51, 2, 2.01].map((test) => outcome("overfitting", 1, test)?.severity),
    [undefined, "warning", "warning", "error"],
  );
  assertEquals(
    outcome("overfitting", 0.2, 0.33)?.evidence,
    "The test loss 0.33 is 1.65 times the training loss 0.2, 65 % above it (threshold 1.5).",
  );
  assertEquals(outcome("overfitting", 0, 1), undefined);
});

Deno.test("`overfitting` is seen in training where the frozen loss leaves its best while the other falls", () => {
  const of = (frozenLosses: number[], onlineLosses = [1, 0.4, 0.3, 0.2, 0.1]) =>
    findingOf(defaultRules, "overfitting", { epochs: both(onlineLosses, frozenLosses) });
  assertEquals(of([1, 0.5, 0.99, 1.1, 1.1]), undefined);
  assertEquals(of([1, 0.5, 1.01, 1.1, 1.1])?.severity, "warning");
  assertStringIncludes(of([1, 0.5, 1.01, 1.1, 1.1])!.evidence, "Meanwhile the on-line loss fell.");
  assertEquals(of([1, 0.5, 1.01, 1.1, 1.1], [1, 0.4, 0.5, 0.5, 0.5]), undefined);
  // 2.5 undoes little of a fall by four orders of magnitude.
  assertEquals(of([1, 1e-4, 2.5e-4, 2.5e-4, 2.5e-4]), undefined);
});

Deno.test("`suspicious` is a test loss below 0.9 of the training loss, by default below half", () => {
  assertEquals([0.89, 0.9].map((test) => outcome("suspicious", 1, test)?.severity), [
    "warning",
    undefined,
  ]);
  assertEquals(
    [0.49, 0.5].map((test) => outcome("suspicious", 1, test, defaultRules)?.severity),
    ["warning", undefined],
  );
  assertStringIncludes(outcome("suspicious", 1, 0.8)!.evidence, "20 % below it");
});

Deno.test("`generalises` is a ratio of 1.5 at most", () => {
  assertEquals([1, 1.5, 1.51].map((test) => outcome("generalises", 1, test, seedRules)?.severity), [
    "info",
    "info",
    undefined,
  ]);
});
