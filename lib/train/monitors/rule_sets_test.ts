import { assert, assertEquals, assertThrows } from "@std/assert";
import { exp } from "../../numeric/elementary.ts";
import { normal } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { diagnose, Monitor } from "./monitor.ts";
import {
  adjustRules,
  defaultRules,
  seedRules,
  serverlessRules,
  signalExtractionRules,
} from "./rule_sets.ts";
import { both, documentLosses, frozen, idsOf, online, ruleOf } from "./testing.ts";

const sets = [defaultRules, signalExtractionRules, serverlessRules, seedRules];

/** Losses by the share of the training that is over. */
const shapes: Record<string, (t: number) => number> = {
  "to a floor": (t) => 0.3 + 0.7 * exp(-10 * t),
  "to 0": (t) => exp(-14 * t),
  "a power law": (t) => 1 / (1 + 200 * t),
  "in two steps": (t) => 0.1 + 0.4 / (1 + exp(60 * (t - 0.1))) + 0.5 / (1 + exp(60 * (t - 0.6))),
  "a little": (t) => 0.95 + 0.05 * exp(-5 * t),
};

Deno.test("the default rules have nothing to warn of in healthy trainings on any scale", () => {
  for (const [name, shape] of Object.entries(shapes)) {
    for (const scale of [1e-6, 1, 1000]) {
      for (const noise of [0, 0.03, 0.1]) {
        for (const seed of [1, 2, 3]) {
          const key = rootKey(seed).key(name);
          const a = normal(key.key("online"), 200), b = normal(key.key("frozen"), 200);
          const monitor = new Monitor(defaultRules, { floor: 0.3 * scale });
          const norms = normal(key.key("gradients"), 200);
          for (let i = 0; i < 200; i++) {
            monitor.gradients.add(scale * exp(0.5 * norms[i]!));
            const loss = scale * shape(i / 200);
            const { findings } = monitor.addEpoch({
              epoch: i + 1,
              onlineLoss: scale * shape((i - 0.5) / 200) * (1 + noise * a[i]!),
              frozenLoss: 1.1 * loss * (1 + noise * b[i]!),
              learningRate: 1e-3,
              memory: 1e6,
            });
            assertEquals(
              findings.filter(({ severity }) => severity !== "info"),
              [],
              `${name} ${scale} ${noise}`,
            );
          }
          const { findings } = monitor.finish({ train: scale, test: 1.2 * scale });
          assertEquals(findings.filter(({ severity }) => severity !== "info"), []);
        }
      }
    }
  }
});

Deno.test("the default rules let a training rest at its floor until patience ends it", () => {
  const losses = [1000, 400, 150, 60, 30, 20, ...Array(20).fill(15)];
  for (
    const epochs of [
      frozen(losses),
      both(losses, losses),
      both(losses.map((l) => 2 * l), losses),
    ]
  ) {
    assertEquals(diagnose({ epochs }).findings, []);
    assertEquals(idsOf(diagnose({ epochs, floor: 15 }).findings), ["at_floor"]);
  }
});

Deno.test("the document's five losses diverge by its own rules", () => {
  const epochs = online(documentLosses);
  const { primary, action, findings } = diagnose({ epochs }, seedRules);
  assertEquals(primary, {
    rule: "divergence",
    severity: "error",
    evidence:
      "The on-line loss is 0.458 at epoch 5, 60.9 % above its best, 0.2847 at epoch 1 (threshold 50 %).",
    advice:
      "The loss runs away from its best: the learning rate is too high. Restart from scratch at 0.0003, " +
      "a rung below 0.001.",
  });
  assertEquals(action, { kind: "restart", learningRate: 3e-4 });
  assertEquals(idsOf(findings), ["divergence"]);
  // It need not have waited for the fifth epoch.
  assertEquals(diagnose({ epochs: epochs.slice(0, 3) }, seedRules).primary?.rule, "divergence");
  assertEquals(diagnose({ epochs: epochs.slice(0, 2) }, seedRules).primary, null);
});

Deno.test("the document's five losses were at the floor, as their frozen losses show", () => {
  const epochs = both(documentLosses, Array(5).fill(0.5));
  const { primary, action, findings } = diagnose({ epochs, floor: 0.5 }, signalExtractionRules);
  assertEquals(primary?.rule, "at_floor");
  assertEquals(action, { kind: "evaluate" });
  assertEquals(idsOf(findings), ["tracking_gap", "at_floor", "milestone_missed"]);
  assert(findings.every(({ advice }) => !advice.includes("rung")));
  // The seed's rules look at the loss that the document looked at, whatever else is known.
  assertEquals(diagnose({ epochs, floor: 0.5 }, seedRules).primary?.rule, "divergence");
});

Deno.test("at the floor no rule advises another learning rate", () => {
  const epochs = both(Array(8).fill(0.46), Array(8).fill(0.5));
  const { findings, action } = diagnose({ epochs, floor: 0.5 }, signalExtractionRules);
  const plateau = findings.find(({ rule }) => rule === "plateau_high");
  assertEquals(plateau?.advice, "The learning rate is not to be blamed for this: see `at_floor`.");
  assertEquals(action, { kind: "evaluate" });
});

Deno.test("a tracking gap without a known floor leaves the deciding rule without a learning rate", () => {
  const epochs = both([0.2, 0.2, 0.2, 0.2, 0.2, 0.2], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  const { primary, action } = diagnose({ epochs }, signalExtractionRules);
  assertEquals(primary?.rule, "plateau_high");
  assertEquals(action, { kind: "continue" });
});

/** The prescribed restart: what is known of its 50 epochs, straight lines between. */
function followUpLosses(): number[] {
  const known = [[1, 0.413], [5, 0.402], [20, 0.4], [24, 0.481], [28, 0.41], [43, 0.365], [
    50,
    0.374,
  ]] as const;
  return Array.from({ length: 50 }, (_, i) => {
    const next = Math.max(1, known.findIndex(([epoch]) => epoch >= i + 1));
    const [from, a] = known[next - 1]!, [to, b] = known[next]!;
    return a + (b - a) * (i + 1 - from) / (to - from);
  });
}

Deno.test("the prescribed restart is a high plateau by the document's rules: back up the ladder", () => {
  const epochs = online(followUpLosses(), 1e-4);
  const monitor = new Monitor(seedRules);
  const decided = epochs.map((epoch) => {
    const { primary, action } = monitor.addEpoch(epoch);
    return { rule: primary?.rule, action };
  });
  assertEquals(decided.findIndex(({ rule }) => rule !== "falling" && rule !== undefined), 5);
  for (const at of [5, 49]) {
    assertEquals(decided[at], {
      rule: "plateau_high",
      action: { kind: "resume", learningRate: 3e-4 },
    });
  }
  assertEquals(monitor.diagnosis.primary?.severity, "error");
});

Deno.test("the prescribed restart was at the floor too", () => {
  const losses = followUpLosses();
  const epochs = both(losses, losses.map(() => 0.5));
  const { primary } = diagnose({ epochs, floor: 0.5 }, signalExtractionRules);
  assertEquals(primary?.rule, "at_floor");
});

Deno.test("the red flags of document 000 are found by its rules", () => {
  const first = (losses: number[]) =>
    diagnose({ epochs: frozen(losses) }, serverlessRules).primary?.rule;
  assertEquals(first([3, 2.5, 2, 1.8, 1.6, 1.5]), "high_loss");
  assertEquals(first([0.1, 0.11, 0.12, 0.13]), "rising");
  assertEquals(first([0.1, 0.1, 0.1, 0.1, 0.1]), "constant");
  assertEquals(first([0.1, NaN]), "non_finite");
  assertEquals(first([0.1, 0.08, 0.06, 0.05, 0.045, 0.043]), undefined);
});

Deno.test("every set is silent without epochs, and takes one", () => {
  for (const set of sets) {
    assertEquals(diagnose({ epochs: [] }, set).findings, []);
    for (const epochs of [online([1]), frozen([1]), both([1], [1]), [{ epoch: 1 }]]) {
      const allowed = set === signalExtractionRules ? ["online_only"] : [];
      const found = idsOf(diagnose({ epochs }, set).findings);
      assertEquals(found.filter((id) => !allowed.includes(id)), []);
    }
  }
});

Deno.test("a loss that only rises diverges in every set", () => {
  for (const set of sets) {
    const { findings, action } = diagnose({ epochs: frozen([0.1, 0.15, 0.25, 0.3, 0.4]) }, set);
    assert(idsOf(findings).includes("divergence"), set.name);
    assertEquals(action, { kind: "restart", learningRate: 3e-4 });
  }
});

Deno.test("the rules of facts §12 stand in its order", () => {
  assertEquals(signalExtractionRules.rules.map(({ id }) => id).slice(0, 12), [
    "non_finite",
    "online_only",
    "tracking_gap",
    "at_floor",
    "divergence",
    "oscillation",
    "plateau_high",
    "slow",
    "milestone_missed",
    "converged",
    "overfitting",
    "suspicious",
  ]);
});

Deno.test("every rule has a source, advice, and a unit for every threshold", () => {
  for (const set of sets) {
    assertEquals(new Set(set.rules.map(({ id }) => id)).size, set.rules.length);
    for (const { id, source, advice, thresholds, units } of set.rules) {
      assert(source.length > 0 && /[.]$/.test(advice), id);
      assertEquals(Object.keys(units), Object.keys(thresholds), id);
    }
  }
});

Deno.test("`adjustRules()` changes a threshold, and that one only", () => {
  const changed = adjustRules(signalExtractionRules, { divergence: { aboveBest: 1 } });
  assertEquals(ruleOf(changed, "divergence").thresholds, {
    ...ruleOf(signalExtractionRules, "divergence").thresholds,
    aboveBest: 1,
  });
  assertEquals(ruleOf(changed, "oscillation"), ruleOf(signalExtractionRules, "oscillation"));
  const epochs = frozen([0.1, 0.09, 0.16]);
  assertEquals(diagnose({ epochs }, signalExtractionRules).primary?.rule, "divergence");
  assertEquals(diagnose({ epochs }, changed).primary, null);
});

Deno.test("`adjustRules()` names what it does not know", () => {
  assertThrows(
    () => adjustRules(defaultRules, { slow: { loss: 1 } }),
    RangeError,
    "They are non_finite",
  );
  assertThrows(
    () => adjustRules(defaultRules, { divergence: { best: 1 } }),
    RangeError,
    "aboveBest",
  );
  assertThrows(() => adjustRules(defaultRules, { divergence: { rise: NaN } }), RangeError, "NaN");
  assertThrows(
    () => adjustRules(defaultRules, { non_finite: { x: 1 } }),
    RangeError,
    "for nothing",
  );
});
