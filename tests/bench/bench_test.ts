/** The bench as a whole: networks of the published sizes, workers that fail alone, lines of the promised shape. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { root } from "../../lib/cli/streams.ts";
import { closeDevice, openDevice } from "../../lib/device/device.ts";
import { rootKey } from "../../lib/random/key.ts";
import { taskArguments } from "../command_line.ts";
import { buildModel } from "./assay.ts";
import { cases } from "./cases.ts";
import { CannotRun, type Task } from "./protocol.ts";
import { entries } from "./systems.ts";
import { gist, WorkerProcess } from "./worker_process.ts";

Deno.test("`buildModel()` makes networks of the sizes that the documents give", async () => {
  await openDevice({ backend: "wasm" });
  const sizes = { "lstm-128-64": 120_963, "bandwidth-540k": 540_516, "mlp-dqn": 17_731 };
  for (const [name, size] of Object.entries(sizes)) {
    const model = buildModel(cases.find((one) => one.name === name)!, rootKey(1));
    const trainable = model.trainableWeights
      .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a! * b!, 1)!, 0);
    assertEquals(trainable, size, name);
    model.dispose();
  }
  await closeDevice();
});

Deno.test("`entries()` gives one and all threads to who can take them", () => {
  const of = (...args: Parameters<typeof entries>) =>
    entries(...args).map(({ system, threads }) => `${system} ${threads}`);
  assertEquals(
    of(["torch", "assay", "jax-js", "tfjs"], "wasm", 8),
    ["assay 1", "assay 8", "tfjs 1", "torch 1", "torch 8", "jax-js 8"],
  );
  assertEquals(of(["assay"], "wasm", 1), ["assay 1"]);
  assertEquals(of(["assay", "tfjs"], "webgpu", 8), ["assay null", "tfjs null"]);
});

Deno.test("`gist()` finds the telling line of Deno's and of Python's complaints", () => {
  assertEquals(gist("error: Uncaught Error: no\n    at x.ts:1\n"), "error: Uncaught Error: no");
  assertEquals(gist("Traceback:\n  File x\nValueError: no\n"), "ValueError: no");
  assertEquals(gist("\n"), "it said nothing");
});

Deno.test("`WorkerProcess` turns a crash, a refusal and a missing program into reasons", async () => {
  const task = {} as Task;
  const run = async (source: string) => {
    await using worker = new WorkerProcess({ program: Deno.execPath(), args: ["eval", source] });
    const { message } = await assertRejects(() => worker.start(task), CannotRun);
    return message;
  };
  assertEquals(await run("Deno.exit(1)"), "it crashed: it said nothing");
  assert((await run("throw new Error('no')")).endsWith("Error: no"));
  assertEquals(await run(`console.log("hello\\n" + '{"leftOut":"no layer"}')`), "no layer");
  const absent = { program: "/nowhere/python3", args: [] };
  const { message } = await assertRejects(async () => {
    await using _ = new WorkerProcess(absent);
  }, CannotRun);
  assert(message.startsWith("/nowhere/python3 could not be started"), message);
});

Deno.test("`deno task bench --json` prints a line for each system and number of threads", async () => {
  const args = ["--only", "mlp-dqn", "--seconds", "0.2", "--system", "assay,tfjs", "--json"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("bench", "tests/bench/RESULTS.md"), ...args],
    cwd: root,
  }).output();
  const text = new TextDecoder();
  assertEquals(code, 0, text.decode(stderr));
  const lines = text.decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    lines.map(({ system, threads }) => ({ system, backend: "wasm", threads })),
    entries(["assay", "tfjs"], "wasm", navigator.hardwareConcurrency),
  );
  for (const line of lines) {
    const { median_ms, p10_ms, p90_ms, ...rest } = line;
    assertEquals(Object.keys(rest), ["case", "system", "backend", "threads"]);
    assertEquals([rest.case, rest.backend], ["mlp-dqn", "wasm"]);
    assert(p10_ms > 0 && p10_ms <= median_ms && median_ms <= p90_ms, JSON.stringify(line));
  }
});
