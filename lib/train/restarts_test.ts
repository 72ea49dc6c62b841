import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { DivergedRun } from "./diverged.ts";
import { fit } from "./fit.ts";
import { FitMonitor } from "./fit_monitor.ts";
import type { FitHooks, FitOptions, Fitted } from "./fit_types.ts";
import type { Checkpoint, Checkpoints } from "./loop.ts";
import { mseLoss } from "./loss.ts";
import { idsOf } from "./monitors/testing.ts";
import type { Finding } from "./monitors/types.ts";
import { fitWithRestarts } from "./restarts.ts";
import { tensorSamples } from "./samples.ts";
import { SavedState } from "./state.ts";
import { closureTrainable } from "./trainable.ts";
import type { Batch } from "./types.ts";

const key = rootKey(11);
/** Swings; the loss overflows; learns. */
const [WILD, ABSURD, CALM] = [100, 1e20, 0.1];
const EPOCHS = 12;

/** Calls `action` with a line through noisy points, which counts the batches it is trained on. */
async function withLine<T>(
  action: (line: ReturnType<typeof makeLine>) => Promise<T>,
): Promise<T> {
  await openDevice({ backend: "wasm" });
  const before = tf.memory().numTensors;
  const line = makeLine();
  try {
    return await action(line);
  } finally {
    line.dispose();
    assertEquals(tf.memory().numTensors, before, "no tensor is left");
  }
}

function makeLine() {
  const [slope, batches] = ["slope", "batches"].map((name) => ({
    name,
    variable: tf.tidy(() => tf.variable(tf.zeros([1, 1]))),
  }));
  const x = tf.tensor2d(Float32Array.from(uniform(key.key("x"), 40, -1, 1)), [40, 1]);
  const noise = Float32Array.from(uniform(key.key("noise"), 40, -0.3, 0.3));
  const y = tf.tidy(() => tf.add(tf.mul(x, 3), tf.tensor2d(noise, [40, 1]))) as tf.Tensor2D;
  const samples = tensorSamples(x, y);
  const line = {
    slope: slope!.variable,
    /** Multiplies the training loss, by step. */
    factor: (_step: number) => 1,
    model: closureTrainable({
      trainable: [slope!],
      weights: [slope!, batches!],
      loss({ x, y }: Batch, training: boolean): tf.Scalar {
        if (training) batches!.variable.assign(tf.add(batches!.variable, 1));
        const loss = mseLoss(tf.mul(x, slope!.variable), y);
        return training ? tf.mul(loss, line.factor(++line.steps)) : loss;
      },
    }),
    steps: 0,
    reset() {
      line.steps = 0;
      tf.tidy(() =>
        line.model.weights.forEach(({ variable }) => variable.assign(tf.zeros([1, 1])))
      );
    },
    options: {
      train: samples,
      validation: samples,
      key,
      epochs: EPOCHS,
      batchSize: 8,
      learningRate: WILD,
    } satisfies FitOptions,
    weights: async () => (await readBack([slope!.variable, batches!.variable])).map(([w]) => w!),
    dispose() {
      samples.dispose();
      tf.dispose([slope!.variable, batches!.variable]);
    },
  };
  return line;
}

/** Keeps what is told. */
function listener(): { told: string[]; hooks: FitHooks } {
  const told: string[] = [];
  const onFinding = ({ rule }: Finding, { epoch, step }: { epoch: number; step: number }) =>
    void told.push(`${rule} ${epoch} ${step}`);
  return { told, hooks: { clock: () => 0, onFinding } };
}

/** Checkpoints of one attempt in memory, after every step; the signal comes after some of them. */
class Kept implements Checkpoints {
  last: { at: Checkpoint; state: SavedState } | null = null;
  constructor(readonly written: (at: Checkpoint) => void = () => {}) {}

  newest() {
    return Promise.resolve(this.last);
  }

  due() {
    return true;
  }

  write(at: Checkpoint, arrays: ConstructorParameters<typeof SavedState>[0]) {
    this.last = { at, state: new SavedState(arrays, "test") };
    this.written(at);
    return Promise.resolve();
  }
}

/** What an attempt says, but how long it took. */
const said = ({ attempts }: Fitted) =>
  attempts.map(({ learningRate, history, findings, endedBy, bestEpoch, trace }) => ({
    learningRate,
    history,
    findings,
    endedBy,
    bestEpoch,
    losses: [...trace.losses],
    norms: [...trace.gradientNorms],
  }));

Deno.test("`fit()` tells findings once, and goes on when it is to warn", () =>
  withLine(async ({ model, options }) => {
    const { told, hooks } = listener();
    const { history, findings, endedBy, trace } = await fit(model, options, hooks);
    assertEquals([history.length, endedBy], [EPOCHS, null]);
    assertEquals(told, ["oscillation 7 35", "overfitting 10 50"]);
    // Both are over by the end.
    assertEquals(findings.map(({ rule, severity }) => `${rule} ${severity}`), [
      "oscillation info",
      "overfitting info",
    ]);
    assertEquals(trace.gradientNorms.length, trace.losses.length);
    assert(trace.gradientNorms.every((norm) => norm >= 0));
  }));

Deno.test("`fit()` stops at the finding that asks for it, with the best weights", () =>
  withLine(async ({ model, options, slope }) => {
    const { told, hooks } = listener();
    const seen: number[] = [];
    const onEpoch = async () => void seen.push((await readBack([slope]))[0]![0]!);
    const fitted = await fit(model, { ...options, onFinding: "stop" }, { ...hooks, onEpoch });
    const { history: { length }, endedBy, stoppedEarly, bestEpoch } = fitted;
    assert(length < EPOCHS);
    assertEquals(endedBy?.finding.rule, "oscillation");
    assertEquals(endedBy?.action, { kind: "restart", learningRate: 1e-3 });
    assertEquals([told, stoppedEarly], [[`oscillation ${length} ${5 * length}`], false]);
    assertEquals((await readBack([slope]))[0]![0], seen[bestEpoch - 1]);
  }));

Deno.test("`fit()` asks the rules it is given, about the floor it is given", () =>
  withLine(async ({ model, options, reset }) => {
    const rules = { name: "none", judges: "frozen", rules: [] } as const;
    assertEquals((await fit(model, { ...options, rules }, listener().hooks)).findings, []);
    const easy = { ...options, learningRate: CALM, epochs: 1 };
    reset();
    const { bestValidationLoss: floor } = await fit(model, easy, listener().hooks);
    reset();
    const { findings } = await fit(model, { ...easy, floor }, listener().hooks);
    assertEquals(idsOf(findings), ["at_floor"]);
  }));

Deno.test("a loss that is not finite throws, or ends `fit()` where findings may end it", () =>
  withLine(async (line) => {
    const { model, options } = line;
    const calm = { ...options, learningRate: CALM };
    line.factor = (step) => step === 7 ? NaN : 1;
    const warned = listener();
    const error = await assertRejects(() => fit(model, calm, warned.hooks), DivergedRun);
    assertEquals([error.epoch, error.step], [2, 7]);
    assertEquals(warned.told, ["non_finite 2 7"]);

    // A sweep goes on. When the losses are read changes nothing.
    for (const tick of [0, 0.3]) {
      line.reset();
      const { told, hooks } = listener();
      let now = 0;
      const fitted = await fit(model, { ...calm, onFinding: "stop" }, {
        ...hooks,
        clock: () => now += tick,
      });
      assertEquals(told, ["non_finite 2 10"]);
      assertEquals(fitted.endedBy?.finding.evidence, "The gradient's norm of step 7 is NaN.");
      assertEquals([fitted.history.length, fitted.bestEpoch, fitted.trace.losses.length], [
        2,
        1,
        10,
      ]);
      assert((await line.weights()).every(Number.isFinite));
    }
    // From the first step on: the weights are those from before.
    line.factor = () => NaN;
    const before = await line.weights();
    const fitted = await fit(model, { ...calm, onFinding: "stop" }, listener().hooks);
    assertEquals([fitted.bestEpoch, fitted.bestValidationLoss], [0, Infinity]);
    assertEquals(await line.weights(), before);
    // The lowest rung has no way out but to stop, which a fit that warns does not.
    const stuck = { ...calm, ladder: [0.5] };
    const last = await assertRejects(() => fit(model, stuck, listener().hooks), DivergedRun);
    assertEquals([last.epoch, last.step], [1, 1]);
  }));

Deno.test("`fitWithRestarts()` goes down the ladder from the weights as they were", () =>
  withLine(async ({ model, options, weights }) => {
    const given: number[][] = [];
    const fitted = await fitWithRestarts(
      model,
      { ...options, learningRate: ABSURD, ladder: [WILD, CALM] },
      async (own, number) => {
        given.push([number, own.learningRate, ...await weights()]);
        return await fit(model, own, listener().hooks);
      },
    );
    assertEquals(given, [[1, ABSURD, 0, 0], [2, WILD, 0, 0], [3, CALM, 0, 0]]);
    assertEquals(
      fitted.attempts.map(({ endedBy, history }) => [endedBy?.finding.rule, history.length]),
      [["non_finite", 1], ["oscillation", 7], [undefined, EPOCHS]],
    );
    assert(fitted.bestValidationLoss < 0.04, `${fitted.bestValidationLoss}`);
    const [slope, batches] = await weights();
    assert(Math.abs(slope! - 3) < 0.2, `${slope}`);
    assertEquals(batches, 5 * fitted.bestEpoch);
    // The last attempt is what a training at its rate alone is: nothing of the others is left.
    const alone = await withLine(({ model, options }) =>
      fit(model, { ...options, learningRate: CALM }, listener().hooks)
    );
    assertEquals(said(alone)[0]!.losses, said(fitted)[2]!.losses);
    assertEquals(alone.history, fitted.history);
  }));

Deno.test("without a ladder, or without a finding, `fitWithRestarts()` is one attempt", () =>
  withLine(async ({ model, options }) => {
    const attempt = (own: FitOptions) => fit(model, own, listener().hooks);
    const stopped = await fitWithRestarts(model, { ...options, onFinding: "stop" }, attempt);
    assertEquals([stopped.attempts.length, stopped.endedBy?.action.kind], [1, "restart"]);
    const calm = await fitWithRestarts(
      model,
      { ...options, learningRate: CALM, ladder: true },
      attempt,
    );
    assertEquals([calm.attempts.length, calm.endedBy], [1, null]);
  }));

Deno.test("interrupted at any step of any attempt, all ends the same", async () => {
  const trained = (kept: Kept[], signal?: AbortSignal) =>
    withLine(async ({ model, options, weights }) => {
      const fitted = await fitWithRestarts(
        model,
        {
          ...options,
          plateau: { factor: 0.9, patience: 0 },
          learningRate: ABSURD,
          ladder: [WILD, CALM],
        },
        (own, number) =>
          fit(model, own, {
            clock: () => 0,
            checkpoints: kept[number - 1]!,
            ...(signal ? { signal } : {}),
          }),
      );
      return { said: said(fitted), weights: await weights() };
    });
  let steps = 0;
  const count = () => void steps++;
  const whole = await trained([new Kept(count), new Kept(count), new Kept(count)]);
  assertEquals(whole.said.length, 3);
  for (let last = 2; last < steps; last += 7) {
    let left = last;
    const stop = new AbortController();
    const written = () => void (--left === 0 && stop.abort(new Error("stopped")));
    const kept = [new Kept(written), new Kept(written), new Kept(written)];
    await assertRejects(() => trained(kept, stop.signal), Error, "stopped");
    assertEquals(await trained(kept), whole, `interrupted after ${last} steps`);
  }
});

Deno.test("`FitMonitor` refuses a ladder that does not fall, before training", () => {
  assertThrows(() => new FitMonitor({ ladder: [1e-4, 1e-3] }), RangeError, "0.0001, 0.001");
});
