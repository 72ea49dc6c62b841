import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { digestArrays, rootKey, sin } from "assay";
import { type MixedSignal, mixedSignal, type SignalMode, signalSets } from "./mixed_signal.ts";

const MODES: readonly SignalMode[] = [
  { mode: "assignment" },
  { mode: "jitter", kappa: 0.25 },
  { mode: "sequence" },
];

function digest({ mixture, components, amplitudes, phases }: MixedSignal): string {
  return digestArrays({ mixture, components, amplitudes, phases });
}

Deno.test("`mixedSignal()` has the shapes it says, all finite", () => {
  for (const mode of MODES) {
    const signal = mixedSignal(rootKey(1), { ...mode, count: 3, seconds: 1.5 });
    const { mixture, components, amplitudes, phases } = signal;
    assertEquals(signal.mode, mode);
    assertEquals([signal.count, signal.time, signal.samplesPerSecond], [3, 150, 100]);
    assertEquals([mixture.length, components.length], [450, 1800]);
    assertEquals([amplitudes.length, phases.length], [12, 12]);
    for (const values of [mixture, components, amplitudes, phases]) {
      assert(values.every(Number.isFinite));
    }
  }
});

Deno.test("`mixedSignal()` gives the bits on record, twice, and others for another key", () => {
  const golden = [
    "2e2873ee3ade543b0ecd37a53b06c9c5d374b3109a9e9fec98d5b68be2484530",
    "60e23a932e5d312a0f83087e7d3d0233f18946dab1e0293593e0cfd60e6016ef",
    "686fb49628f603a2eb86c66c9587fb4d56b4d30de0d3774da6dbdc84bac8aff9",
  ];
  MODES.forEach((mode, i) => {
    const draw = (seed: number) =>
      digest(mixedSignal(rootKey(seed).key("data"), { ...mode, count: 4 }));
    assertEquals(draw(42), golden[i], mode.mode);
    assertEquals(draw(42), golden[i], mode.mode);
    assert(draw(43) !== golden[i]);
  });
});

Deno.test("`mixedSignal()` begins more sequences with fewer, and longer ones with shorter ones", () => {
  for (const mode of MODES) {
    const few = mixedSignal(rootKey(3), { ...mode, count: 2, seconds: 1 });
    const more = mixedSignal(rootKey(3), { ...mode, count: 4, seconds: 3 });
    for (let i = 0; i < 2; i++) {
      assertEquals(
        more.mixture.slice(300 * i, 300 * i + 100),
        few.mixture.slice(100 * i, 100 * (i + 1)),
      );
      assertEquals(
        more.components.slice(1200 * i + 900, 1200 * i + 1000),
        few.components.slice(400 * i + 300, 400 * (i + 1)),
      );
    }
  }
});

Deno.test("`mixedSignal()` has targets A sin(2π f k / rate + φ), of the sequence or of nothing", () => {
  for (const mode of MODES) {
    const signal = mixedSignal(rootKey(5), { ...mode, count: 2 });
    const { amplitudes, phases, components, frequencies } = signal;
    for (const [sequence, i, k] of [[0, 0, 0], [0, 3, 999], [1, 2, 123]] as const) {
      const angle = 2 * Math.PI * frequencies[i]! * (k / 100) + phases[4 * sequence + i]!;
      const value = amplitudes[4 * sequence + i]! * sin(angle);
      assertEquals(components[(4 * sequence + i) * 1000 + k], Math.fround(value));
    }
    const drawn = mode.mode === "sequence";
    assertEquals(amplitudes.every((a) => drawn ? a >= 0.8 && a < 1.2 && a !== 1 : a === 1), true);
    const turn = 2 * Math.PI;
    assertEquals(
      phases.every((p) => mode.mode === "assignment" ? p === 0 : p > 0 && p < turn),
      true,
    );
  }
});

Deno.test("`mixedSignal()` adds N(0, 0.1²) to a sequence's mean component", () => {
  const { mixture, components, count, time } = mixedSignal(rootKey(6), {
    mode: "sequence",
    count: 20,
  });
  let sum = 0, squares = 0;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < time; k++) {
      let clean = 0;
      for (let j = 0; j < 4; j++) clean += components[(4 * i + j) * time + k]! / 4;
      sum += mixture[i * time + k]! - clean;
      squares += (mixture[i * time + k]! - clean) ** 2;
    }
  }
  // Four standard errors of 20,000 values.
  assertAlmostEquals(sum / 20_000, 0, 4 * 0.1 / Math.sqrt(20_000));
  assertAlmostEquals(squares / 20_000, 0.01, 4 * 0.01 * Math.sqrt(2 / 20_000));
});

Deno.test("`mixedSignal()` strays from the base phase by no more than kappa says", () => {
  // One frequency: the mixture is A sin(θ + δ), and at kappa 0 A times the target.
  const options = { mode: "jitter", count: 3, frequencies: [2] } as const;
  const still = mixedSignal(rootKey(7), { ...options, kappa: 0 });
  still.mixture.forEach((value, i) => {
    const clean = still.components[i]!;
    assert(Math.abs(value) <= 1.2 * Math.abs(clean) + 1e-6);
    assert(Math.abs(value) >= 0.8 * Math.abs(clean) - 1e-6);
  });
  const little = mixedSignal(rootKey(7), { ...options, kappa: 0.01 });
  little.mixture.forEach((value, i) =>
    assert(Math.abs(value - still.mixture[i]!) <= 1.2 * 0.01 * Math.PI + 1e-6)
  );
  assertEquals(little.components, still.components);
  assert(little.mixture.some((value, i) => value !== still.mixture[i]));
});

Deno.test("`signalSets()` draws its sets from disjoint keys", () => {
  const counts = { train: 6, validation: 6, test: 6 };
  for (const mode of MODES) {
    const { train, validation, test } = signalSets(rootKey(1), counts, mode);
    const seen = new Set<string>(), phases = new Set<number>();
    for (const set of [train, validation, test]) {
      for (let i = 0; i < 6; i++) seen.add(set.mixture.slice(1000 * i, 1000 * (i + 1)).join());
      for (const phase of set.phases) phases.add(phase);
    }
    assertEquals(seen.size, 18);
    // In the assignment the targets are the same everywhere, which is a flaw of the assignment.
    assertEquals(phases.size, mode.mode === "assignment" ? 1 : 72);
    assertEquals(mode.mode === "assignment", train.components.join() === test.components.join());
    // No set moves with the size of another.
    assertEquals(signalSets(rootKey(1), { ...counts, train: 1 }, mode).test, test);
  }
});

Deno.test("`mixedSignal()` refuses modes, sizes and frequencies that it cannot use", () => {
  const attempt = (options: Record<string, unknown>) => () =>
    mixedSignal(rootKey(1), { mode: "sequence", count: 1, ...options } as never);
  assertThrows(attempt({ mode: "paper" }), RangeError, "assignment, jitter, sequence");
  assertThrows(attempt({ mode: "jitter" }), RangeError, "kappa undefined");
  assertThrows(attempt({ mode: "jitter", kappa: 1.5 }), RangeError, "from 0 to 1");
  assertThrows(attempt({ kappa: 0.5 }), RangeError, "only jitter");
  assertThrows(attempt({ count: 0 }), RangeError, "0 sequences");
  assertThrows(attempt({ seconds: 0.001 }), RangeError, "whole number of samples");
  assertThrows(attempt({ seconds: 1.005 }), RangeError, "this is 100.49");
  assertThrows(attempt({ frequencies: [] }), RangeError, "one or more");
  assertThrows(attempt({ frequencies: [1, 1] }), RangeError, "different");
  assertThrows(attempt({ frequencies: [1, 50] }), RangeError, "between 0 and 50");
});
