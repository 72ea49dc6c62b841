import { assertEquals, assertStringIncludes } from "@std/assert";
import { defaultRules, serverlessRules, signalExtractionRules } from "../rule_sets.ts";
import { both, findingOf, frozen, online } from "../testing.ts";
import type { RuleSet } from "../types.ts";

const evidence = (set: RuleSet, id: string, losses: readonly number[]) =>
  findingOf(set, id, { epochs: frozen(losses) })?.evidence;

Deno.test("`divergence` is a loss more than half above its best", () => {
  const of = (losses: number[]) => evidence(signalExtractionRules, "divergence", losses);
  assertEquals(of([0.4, 0.2, 0.19, 0.2849]), undefined);
  assertEquals(
    of([0.4, 0.2, 0.19, 0.2851]),
    "The frozen loss is 0.2851 at epoch 4, 50.1 % above its best, 0.19 at epoch 3 (threshold 50 %).",
  );
});

Deno.test("`divergence` is two rises in a row by more than a fifth", () => {
  const of = (losses: number[]) => evidence(signalExtractionRules, "divergence", losses);
  assertEquals(of([1, 1.1, 1.199]), undefined);
  assertEquals(
    of([1, 1.1, 1.201]),
    "The frozen loss rose 2 times in a row, from 1 at epoch 1 to 1.201 at epoch 3, by 20.1 % (threshold 20 %).",
  );
  // One rise, or one that is not the newest, is none.
  assertEquals(of([1, 0.9, 1.3]), undefined);
  assertEquals(of([1, 1.1, 1.05, 1.3]), undefined);
});

Deno.test("`divergence` by default wants three epochs above twice the best and a quarter of the fall undone", () => {
  const of = (losses: number[]) => evidence(defaultRules, "divergence", losses);
  assertEquals(of([1, 0.5, 1.3, 1.1, 0.99]), undefined);
  assertStringIncludes(of([1, 0.5, 1.3, 1.1, 1.01])!, "for 3 epochs in a row");
  assertEquals(of([1, 0.9, 1.4, 1.79]), undefined);
  assertStringIncludes(of([1, 0.9, 1.4, 1.81])!, "rose 2 times in a row");
  // ln 3.1 and ln 3.2 around a quarter of ln 100 = 1.151.
  assertEquals(of([100, 1, 3, 2.9, 3.1]), undefined);
  assertStringIncludes(of([100, 1, 3, 2.9, 3.2])!, "220 % above its best");
  // Noise at the bottom of a long fall.
  assertEquals(of([1, 1e-7, 3e-7, 5e-7, 4e-7]), undefined);
});

Deno.test("`divergence` leaves to `overfitting` what rises while the on-line loss falls", () => {
  const frozenLosses = [1, 0.5, 1.1, 1.2, 1.3];
  for (const set of [defaultRules, signalExtractionRules]) {
    const finding = (onlineLosses: number[]) =>
      findingOf(set, "divergence", { epochs: both(onlineLosses, frozenLosses) });
    assertEquals(finding([1, 0.5, 0.4, 0.3, 0.2]), undefined);
    assertEquals(finding([1, 0.5, 0.9, 1.1, 1.2])?.severity, "error");
  }
});

Deno.test("`divergence`, `oscillation` and `rising` take no ratios of losses at or below 0", () => {
  for (const losses of [[-1, -10, -4, -9, -2, -1], [1, 0, 1, 0, 2, 3, 4, 5]]) {
    for (const id of ["divergence", "oscillation", "rising"]) {
      assertEquals(evidence(serverlessRules, id, losses), undefined);
    }
  }
});

Deno.test("`oscillation` is a rise by a share of the window's mean, between turns", () => {
  const of = (swing: number) =>
    findingOf(signalExtractionRules, "oscillation", {
      epochs: online([1, 1 + swing, 1, 1 + swing, 1]),
    });
  // (max - min) / mean = s / (1 + 0.4 s): 0.2 at s = 0.2174, 0.3 at s = 0.3409.
  assertEquals([0, 0.21, 0.22, 0.34, 0.35].map((swing) => of(swing)?.severity), [
    undefined,
    undefined,
    "warning",
    "warning",
    "error",
  ]);
  assertEquals(
    of(0.5)?.evidence,
    "Within 5 epochs the on-line loss turns 3 times and rises from 1 at epoch 1 to 1.5 at epoch 2, 41.7 % of " +
      "its mean 1.2 (threshold 30 %).",
  );
});

Deno.test("`oscillation` is no fall, no rise, and no single peak", () => {
  for (const losses of [[16, 8, 4, 2, 1], [1, 2, 4, 8, 16], [1, 2, 3, 2, 1], [1, 1, 1, 1, 1]]) {
    assertEquals(evidence(signalExtractionRules, "oscillation", losses), undefined);
  }
  assertEquals(evidence(signalExtractionRules, "oscillation", [1, 2, 1, 2]), undefined);
});

Deno.test("`oscillation` by default is silent about noise at the bottom of a long fall", () => {
  const bottom = [1, 2, 1, 2, 1];
  assertEquals(evidence(defaultRules, "oscillation", [1000, ...bottom]), undefined);
  assertStringIncludes(evidence(defaultRules, "oscillation", [4, ...bottom])!, "turns 3 times");
});

Deno.test("`rising` is three rises in a row by more than 5 %", () => {
  const of = (losses: number[]) => evidence(serverlessRules, "rising", losses);
  assertEquals(of([1, 1.02, 1.03, 1.049]), undefined);
  assertStringIncludes(of([1, 1.02, 1.03, 1.051])!, "rose 3 times in a row");
  assertEquals(of([1, 1.02, 1.01, 1.2]), undefined);
});
