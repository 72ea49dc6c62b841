import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { openDevice } from "../device/device.ts";
import { RunContext, type Watch } from "./context.ts";
import { dense } from "../layers/dense.ts";
import { readOnnx } from "../onnx/read.ts";
import { EventLog, readEvents } from "./events.ts";
import { tf, tfl } from "../device/tf.ts";
import { mseLoss } from "../train/loss.ts";
import { tensorSamples } from "../train/samples.ts";
import { closureTrainable } from "../train/trainable.ts";
import type { Batch } from "../train/types.ts";
import { Interrupted, Interruption } from "./interruption.ts";

/** Runs `action` with a context that works in a fresh folder. */
async function withContext(
  action: (context: RunContext<object>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await inFolder(folder, (context) => action(context, folder));
  await Deno.remove(folder, { recursive: true });
}

/** Runs `action` with a context that works in a folder, and may be told how steps are taken. */
async function inFolder(
  folder: string,
  action: (context: RunContext<object>) => Promise<void>,
  watched: { interruption?: Interruption; watch?: Watch } = {},
): Promise<void> {
  const events = await EventLog.open(join(folder, "events.jsonl"));
  const request = {
    config: {},
    profile: "quick",
    seed: 42,
    device: await openDevice({ backend: "wasm" }),
    progress: { note() {}, finding() {}, advance() {} },
    pace: { seconds: 30 },
    interruption: new Interruption(),
    ...watched,
  };
  try {
    await action(
      new RunContext(request, { path: folder, runId: "0123456789ab", events, board: null }),
    );
    await events.close();
  } catch (error) {
    events.abandon();
    throw error;
  }
}

Deno.test("`RunContext.writeFile()` writes below the run's folder only", () =>
  withContext(async (context, folder) => {
    await context.writeFile("guide/report.json", "{}");
    assertEquals(await Deno.readTextFile(join(folder, "guide", "report.json")), "{}");
    for (const path of ["../up.json", "/root.json", "a/../../b", "", "a//b", "a b"]) {
      await assertRejects(() => context.writeFile(path, ""), RangeError, "must be a relative path");
    }
  }));

Deno.test("`RunContext.loop()` refuses a name that leads out of the run's folder", () =>
  withContext(async (context) => {
    const state = { state: () => ({}), restore() {} };
    for (const name of ["../up", "a/../b", "a/..", ".", "/root", "", "a b"]) {
      const run = () => context.loop(name, { state, weights: [], steps: 1, step: () => true });
      await assertRejects(run, RangeError, `under the name "${name}"`);
    }
  }));

Deno.test("`RunContext.loop()` logs at most 200 means of the losses that steps have", async () => {
  const logged = async (steps: number, last: number) => {
    const folder = await Deno.makeTempDir();
    await inFolder(folder, async (context) => {
      await context.loop("count", {
        state: { state: () => ({}), restore() {} },
        weights: [],
        steps,
        step(n, trace) {
          trace.add(n % 2 === 0 ? { loss: tf.scalar(n) } : null);
          return n === last;
        },
      });
    });
    const events = await readEvents(join(folder, "events.jsonl"));
    await Deno.remove(folder, { recursive: true });
    assertEquals(events.filter(({ tag }) => tag !== "count/train/loss"), []);
    return events.map(({ step, value }) => [step, value]);
  };
  assertEquals(await logged(5, 5), [[2, 2], [4, 4]]);
  assertEquals((await logged(400, 400)).length, 200);
  assertEquals(await logged(1000, 12), [[5, 3], [10, 8], [12, 12]]);
});

Deno.test("`RunContext.digestData()` takes each name once; digests depend on names and bits", () =>
  withContext(async (context) => {
    const empty = context.digests();
    context.digestData("points", { x: Float32Array.of(1, 2) });
    assertThrows(
      () => context.digestData("points", { x: Float32Array.of(3) }),
      RangeError,
      "twice",
    );
    const one = context.digests();
    assertEquals([one.weights, one.history], [empty.weights, empty.history]);
    await withContext((other) => {
      other.digestData("others", { x: Float32Array.of(1, 2) });
      assertEquals(other.digests().data === one.data, false);
      return Promise.resolve();
    });
  }));

/** Trains a slope at a rate that overflows, and a rung down. */
async function restart(context: RunContext<object>): Promise<void> {
  const samples = tensorSamples(tf.ones([6, 1]), tf.fill([6, 1], 2));
  const slope = { name: "slope", variable: tf.variable(tf.zeros([1, 1])) };
  const loss = ({ x, y }: Batch) => mseLoss(tf.mul(x, slope.variable), y);
  try {
    await context.fit("slope", closureTrainable({ trainable: [slope], loss }), {
      ...{ train: samples, validation: samples, key: context.key("fit") },
      ...{ epochs: 3, batchSize: 2, learningRate: 1e20, ladder: [0.1] },
    });
  } finally {
    samples.dispose();
    slope.variable.dispose();
  }
}

Deno.test("`RunContext.fit()` interrupted in its second attempt goes on there, and finds the same", () =>
  withContext(async (whole, folder) => {
    await restart(whole);
    assertEquals(whole.findings.map(({ rule, evidence }) => [rule, evidence]), [
      ["non_finite", "slope: The gradient's norm of step 2 is Infinity."],
    ]);
    const other = await Deno.makeTempDir();
    const interruption = new Interruption();
    const around: Watch["around"] = async (step, take) => {
      if (step === 4) interruption.stop("SIGTERM");
      return await take();
    };
    const watch = { loop: "slope.attempt-2", around };
    await assertRejects(() => inFolder(other, restart, { interruption, watch }), Interrupted);
    await inFolder(other, async (context) => {
      await restart(context);
      assertEquals([context.findings, context.digests()], [whole.findings, whole.digests()]);
    });
    for (const file of ["history/slope.safetensors", "history/slope.attempt-2.safetensors"]) {
      assertEquals(await Deno.readFile(join(other, file)), await Deno.readFile(join(folder, file)));
    }
    await Deno.remove(other, { recursive: true });
  }));

Deno.test("`RunContext.key()` depends on the seed and the name", () =>
  withContext((context) => {
    assertEquals(context.key("a/b").toString(), context.key("a").key("b").toString());
    assertEquals(context.key("a").toString() === context.key("b").toString(), false);
    return Promise.resolve();
  }));

Deno.test("`RunContext.exportModel()` writes the model and what was found of it", () =>
  withContext(async (context, folder) => {
    const layer = dense({ units: 2, activation: "tanh", key: context.key("layer"), name: "layer" });
    const x = tfl.input({ shape: [3] });
    const model = tfl.model({ inputs: x, outputs: layer.apply(x) as tfl.SymbolicTensor });
    const inputs = [{ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }];
    const exported = await context.exportModel("tanh", model, { inputs });
    const file = await Deno.readFile(join(folder, "model", "tanh.onnx"));
    assertEquals(file.length, exported.bytes);
    assertEquals(readOnnx(file, "a file").metadata["run_id"], "0123456789ab");
    const said = await Deno.readTextFile(join(folder, "model", "tanh.onnx.json"));
    assertEquals(JSON.parse(said), exported);
    assertEquals([exported.parity.wasm.verdict, exported.latency.calls], ["equal", 1000]);
    await assertRejects(
      () => context.exportModel("tanh", model, { inputs }),
      RangeError,
      'second model under the name "tanh"',
    );
    model.dispose();
  }));

Deno.test("`RunContext.exportModel()` refuses a file that predicts otherwise", () =>
  withContext(async (context) => {
    const layer = dense({
      units: 1,
      activation: "linear",
      key: context.key("layer"),
      name: "layer",
    });
    const x = tfl.input({ shape: [1] });
    const model = tfl.model({ inputs: x, outputs: layer.apply(x) as tfl.SymbolicTensor });
    // What is not a number is not the same number.
    layer.weights[1]!.write(tf.tensor1d([NaN]));
    const inputs = [{ shape: [1, 1], data: Float32Array.of(1) }];
    await assertRejects(
      () => context.exportModel("nothing", model, { inputs }),
      Error,
      "Cannot let model/nothing.onnx leave the run",
    );
    model.dispose();
  }));
