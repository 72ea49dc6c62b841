import { assertEquals, assertStringIncludes } from "@std/assert";
import { defaultRules, seedRules, serverlessRules, signalExtractionRules } from "../rule_sets.ts";
import { findingOf, frozen } from "../testing.ts";
import type { RuleSet } from "../types.ts";

const finding = (set: RuleSet, id: string, losses: readonly number[]) =>
  findingOf(set, id, { epochs: frozen(losses) });

Deno.test("`plateau_high` is flat over five epochs and above its loss", () => {
  const of = (first: number, last: number) =>
    finding(signalExtractionRules, "plateau_high", [first, 1, 1, 1, 1, last]);
  assertEquals([0.0999, 0.1001, 0.1999, 0.2001].map((loss) => of(loss, loss)?.severity), [
    undefined,
    "warning",
    "warning",
    "error",
  ]);
  assertEquals([0.949, 0.951, 1.049, 1.051].map((last) => of(1, last)?.severity), [
    undefined,
    "error",
    "error",
    undefined,
  ]);
  assertEquals(
    of(0.413, 0.402)?.evidence,
    "The frozen loss went from 0.413 at epoch 1 to 0.402 at epoch 6, a change of -2.7 % (flat below 5 %), and " +
      "lies above 0.2.",
  );
  assertEquals(finding(signalExtractionRules, "plateau_high", [1, 1, 1, 1, 1]), undefined);
});

Deno.test("`slow` falls by less than 5 % each epoch, above 0.1, from epoch 15", () => {
  const of = (factor: number, epochs = 15, last = 0.5) =>
    finding(
      signalExtractionRules,
      "slow",
      Array.from({ length: epochs }, (_, i) => last / factor ** (epochs - 1 - i)),
    );
  assertEquals(of(0.949), undefined);
  assertStringIncludes(of(0.951)!.evidence, "4.9 % each epoch");
  // Flat is a plateau: 5 % over five epochs.
  assertEquals(of(0.991), undefined);
  assertEquals(of(0.989)?.severity, "warning");
  assertEquals(of(0.96, 14), undefined);
  assertEquals(of(0.96, 15, 0.0999), undefined);
  assertEquals(of(0.96, 15, 0.1001)?.severity, "warning");
});

Deno.test("`milestone_missed` compares with the newest milestone passed", () => {
  const of = (losses: number[]) => finding(signalExtractionRules, "milestone_missed", losses);
  assertEquals(of([1, 1, 1, 1]), undefined);
  assertEquals(of([1, 1, 1, 1, 0.199]), undefined);
  assertEquals(
    of([1, 1, 1, 1, 0.2])?.evidence,
    "The frozen loss was 0.2 at epoch 5; it should have been below 0.2.",
  );
  assertStringIncludes(of([1, 1, 1, 1, 0.2, 0.01])!.evidence, "0.2 at epoch 5");
  const tenth = of([1, 1, 1, 1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.09]);
  assertEquals([tenth?.severity, tenth?.evidence.endsWith("This was over at epoch 10.")], [
    "info",
    true,
  ]);
});

Deno.test("`milestone_missed` says nothing of an epoch whose loss is not known", () => {
  const epochs = [{ epoch: 4, frozenLoss: 1 }, { epoch: 6, frozenLoss: 1 }];
  assertEquals(findingOf(signalExtractionRules, "milestone_missed", { epochs }), undefined);
});

Deno.test("`high_loss` is above 1 after epoch 5", () => {
  const of = (losses: number[]) => finding(serverlessRules, "high_loss", losses);
  assertEquals(of([2, 2, 2, 2, 2]), undefined);
  assertEquals(of([2, 2, 2, 2, 2, 1]), undefined);
  assertEquals(
    of([2, 2, 2, 2, 2, 1.01])?.evidence,
    "The frozen loss is 1.01 at epoch 6, above 1 after epoch 5.",
  );
});

Deno.test("`constant` is stuck where it began", () => {
  for (const loss of [1000, 1, 1e-9, 0, -3]) {
    assertEquals(finding(defaultRules, "constant", Array(4).fill(loss)), undefined);
    assertEquals(finding(defaultRules, "constant", Array(5).fill(loss))?.severity, "error");
    // One that has come down may rest.
    assertEquals(
      finding(defaultRules, "constant", [loss + 1, ...Array(9).fill(loss)])?.severity,
      loss === 1000 ? "error" : undefined,
    );
  }
  const near = (step: number) => [1, 1, 1, 1 + step, 1];
  assertEquals(finding(defaultRules, "constant", near(0.9e-6))?.severity, "error");
  assertEquals(finding(defaultRules, "constant", near(1.1e-6)), undefined);
  assertEquals(finding(serverlessRules, "constant", near(0.9e-3))?.severity, "error");
  assertEquals(finding(serverlessRules, "constant", near(1.1e-3)), undefined);
});

Deno.test("`falling` takes rises of 10 % for noise", () => {
  const of = (losses: number[]) => finding(seedRules, "falling", losses);
  assertEquals(of([1]), undefined);
  assertEquals(of([1, 1]), undefined);
  assertEquals(of([1, 0.9])?.severity, "info");
  assertEquals(of([1, 0.5, 0.549])?.severity, "info");
  assertEquals(of([1, 0.5, 0.551]), undefined);
});
