import { assert, assertEquals, assertThrows } from "@std/assert";
import { exp } from "../../numeric/elementary.ts";
import { normal } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { diagnose, Monitor } from "./monitor.ts";
import { defaultRules, seedRules, serverlessRules, signalExtractionRules } from "./rule_sets.ts";
import { both, frozen, idsOf, online } from "./testing.ts";
import type { MonitoredEpoch } from "./types.ts";

/** Losses that wander over all rules: some missing, some not finite, rates that fall. */
function wanderingEpochs(seed: number, count: number): MonitoredEpoch[] {
  const key = rootKey(seed);
  const steps = normal(key.key("steps"), count), gaps = normal(key.key("gaps"), count);
  let level = 0;
  return Array.from({ length: count }, (_, i) => {
    level += 0.3 * steps[i]! - 0.05;
    const onlineLoss = seed % 5 === 0 && i === count - 3 ? NaN : exp(level);
    return {
      epoch: i + 1 + Math.floor(i / 7),
      onlineLoss,
      learningRate: 1e-3 * 0.5 ** Math.floor(i / 10),
      memory: 1000 + 20 * i,
      ...(gaps[i]! > -0.5 && seed % 3 > 0 ? { frozenLoss: exp(level + 0.3 * gaps[i]!) } : {}),
    };
  });
}

Deno.test("`Monitor` says at every epoch what `diagnose()` says of the history until then", () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const epochs = wanderingEpochs(seed, 40);
    const gradientNorms = [...normal(rootKey(seed), 200)].map((value) => exp(1.5 * value));
    for (const set of [defaultRules, signalExtractionRules, serverlessRules, seedRules]) {
      const monitor = new Monitor(set, { floor: 0.5 });
      epochs.forEach((epoch, i) => {
        gradientNorms.slice(5 * i, 5 * i + 5).forEach((norm) => monitor.gradients.add(norm));
        const diagnosis = monitor.addEpoch(epoch);
        idsOf(diagnosis.findings).forEach((id) => seen.add(id));
        // A batch asks of gradients what the whole training showed, so it raises alerts of them sooner.
        const { raised: _, ...batch } = diagnose({
          epochs: epochs.slice(0, i + 1),
          gradientNorms: gradientNorms.slice(0, 5 * i + 5),
          floor: 0.5,
        }, set);
        const { raised: __, ...incremental } = diagnosis;
        assertEquals(incremental, batch);
      });
      const final = { train: 0.01, test: 0.02 };
      const { raised: _, ...whole } = diagnose({ epochs, gradientNorms, floor: 0.5, final }, set);
      const { raised: __, ...finished } = monitor.finish(final);
      assertEquals(finished, whole);
      idsOf(finished.findings).forEach((id) => seen.add(id));
    }
  }
  for (
    const id of [
      "non_finite",
      "tracking_gap",
      "divergence",
      "oscillation",
      "overfitting",
      "rising",
      "falling",
    ]
  ) {
    assert(seen.has(id), id);
  }
});

Deno.test("`Monitor` raises a finding once, again when it grows graver or comes back", () => {
  const monitor = new Monitor(signalExtractionRules);
  const raised = [0.5, 0.5, 0.5, 0.5, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15].map((
    frozenLoss,
    i,
  ) => idsOf(monitor.addEpoch({ epoch: i + 1, frozenLoss }).raised));
  assertEquals(raised.slice(0, 9), Array(9).fill([]));
  assertEquals(raised[9], ["plateau_high", "milestone_missed"]);
  assertEquals(raised[10], []);
  const graver = new Monitor(seedRules);
  const losses = [...Array(6).fill(0.198), 0.202, 0.1, 0.05, ...Array(6).fill(0.15)];
  const severities = losses.map((onlineLoss, i) =>
    graver.addEpoch({ epoch: i + 1, onlineLoss }).raised
      .filter(({ rule }) => rule === "plateau_high").map(({ severity }) => severity)
  );
  assertEquals(severities.flat(), ["warning", "error", "warning"]);
});

Deno.test("`Monitor` keeps a warning that is over as information, and does not let it decide", () => {
  const monitor = new Monitor(signalExtractionRules);
  [0.5, 0.9].forEach((frozenLoss, i) =>
    monitor.addEpoch({ epoch: i + 1, frozenLoss, learningRate: 1e-3 })
  );
  assertEquals(monitor.diagnosis.action.kind, "restart");
  for (const epoch of [3, 4]) {
    const { findings, primary, action } = monitor.addEpoch({ epoch, frozenLoss: 0.3 });
    assertEquals(findings[0]?.severity, "info");
    assert(findings[0]?.evidence.endsWith("(threshold 50 %). This was over at epoch 3."));
    assertEquals([primary, action], [null, { kind: "continue" }]);
  }
});

Deno.test("`Monitor` restarts below the attempt's first rate and resumes above its newest", () => {
  const epochs = (losses: number[], rates: number[]) =>
    losses.map((frozenLoss, i) => ({ epoch: i + 1, frozenLoss, learningRate: rates[i]! }));
  const risen = diagnose({ epochs: epochs([1, 2, 4], [1e-3, 5e-4, 1e-4]) }, seedRules);
  assertEquals(risen.action, { kind: "restart", learningRate: 3e-4 });
  const flat = diagnose(
    { epochs: epochs(Array(6).fill(1), [1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 5e-5]) },
    seedRules,
  );
  assertEquals(flat.action, { kind: "resume", learningRate: 1e-4 });
});

Deno.test("`Monitor` at the ladder's ends: no restart, no resumption", () => {
  const action = (losses: number[], rate: number) =>
    diagnose({ epochs: online(losses, rate) }, seedRules);
  const bottom = action([1, 2, 4], 3e-5);
  assertEquals(bottom.action, { kind: "stop" });
  assert(bottom.primary!.advice.includes("0.0001, 0.00005, 0.00003 has no rung below 0.00003"));
  assertEquals(action(Array(6).fill(1), 1e-3).action, { kind: "continue" });
  // Off the ladder.
  assertEquals(action([1, 2, 4], 0.05).action, { kind: "restart", learningRate: 1e-3 });
  assertEquals(action([1, 2, 4], 2e-4).action, { kind: "restart", learningRate: 1e-4 });
  assertEquals(action(Array(6).fill(1), 1e-6).action, { kind: "resume", learningRate: 3e-5 });
  const own = diagnose({ epochs: online([1, 2, 4], 0.1) }, seedRules, { ladder: [0.1, 0.01] });
  assertEquals(own.action, { kind: "restart", learningRate: 0.01 });
});

Deno.test("`Monitor` without a known rate stops instead of restarting", () => {
  const epochs = [1, 2, 4].map((onlineLoss, i) => ({ epoch: i + 1, onlineLoss }));
  assertEquals(diagnose({ epochs }, seedRules).action, { kind: "stop" });
  const warmUp = epochs.map((epoch, i) => ({ ...epoch, learningRate: 1e-3 * i }));
  assertEquals(diagnose({ epochs: warmUp }, seedRules).action, {
    kind: "restart",
    learningRate: 3e-4,
  });
});

Deno.test("`Monitor` lets the first primary rule decide, the others hold their tongue", () => {
  const { findings, primary } = diagnose(
    { epochs: frozen([0.3, 0.5, 0.3, 0.5, 0.6]) },
    signalExtractionRules,
  );
  assertEquals(idsOf(findings), ["divergence", "oscillation", "milestone_missed"]);
  assertEquals(primary?.rule, "divergence");
  assertEquals(findings[1]?.advice, "What to do is for `divergence` to say.");
});

Deno.test("`Monitor` judges the loss that its set asks for, or the other where there is none", () => {
  const epochs = both([1, 2, 4], [4, 3, 2]);
  assertEquals(diagnose({ epochs }, seedRules).primary?.rule, "divergence");
  assertEquals(diagnose({ epochs }, signalExtractionRules).primary, null);
  assertEquals(diagnose({ epochs: frozen([1, 2, 4]) }, seedRules).primary?.rule, "divergence");
  assertEquals(
    diagnose({ epochs: online([1, 2, 4]) }, signalExtractionRules).primary?.rule,
    "divergence",
  );
});

Deno.test("`Monitor` takes twenty thousand epochs in its stride", () => {
  const monitor = new Monitor(signalExtractionRules);
  for (let epoch = 1; epoch <= 20_000; epoch++) {
    monitor.addEpoch({ epoch, onlineLoss: 1 / epoch, frozenLoss: 1 / epoch, learningRate: 1e-3 });
  }
  assertEquals(monitor.diagnosis.primary?.rule, "converged");
});

Deno.test("`Monitor` refuses epochs out of order and a floor that is no number", () => {
  const monitor = new Monitor();
  monitor.addEpoch({ epoch: 3 });
  for (const epoch of [3, 2, 0, 4.5, NaN]) {
    assertThrows(() => monitor.addEpoch({ epoch }), RangeError, `epoch ${epoch} after epoch 3`);
  }
  for (const floor of [NaN, Infinity]) {
    assertThrows(() => new Monitor(defaultRules, { floor }), RangeError, `${floor}`);
  }
});
