/** `deno task serve`: an exported model behind HTTP in a process of its own, and what it refuses. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { closeDevice, openDevice } from "../lib/device/device.ts";
import { tfl } from "../lib/device/tf.ts";
import { dense } from "../lib/layers/dense.ts";
import { lstm } from "../lib/layers/lstm.ts";
import { root } from "../lib/cli/streams.ts";
import { exportOnnx } from "../lib/onnx/export.ts";
import { rootKey } from "../lib/random/key.ts";
import { type ForecastFrame, forecastMetadata } from "../lib/serve/forecast_metadata.ts";
import { linkQuantities } from "../lib/serve/testing.ts";
import { inProcess, taskArguments, withFolder } from "./command_line.ts";

const frame: ForecastFrame = {
  spacingSeconds: 60,
  horizonSeconds: 900,
  features: linkQuantities,
  targets: linkQuantities,
};
const columns = linkQuantities.map(({ name }) => name);
const scaler = {
  kind: "z-score",
  columns,
  mean: [100, 30, 0, 3],
  scale: [50, 10, 0.01, 1],
} as const;

/** Exports a small network of three rows of a link. */
async function exported(
  seed: number,
  metadata: Record<string, string> = forecastMetadata(frame),
  scaled = true,
): Promise<Uint8Array> {
  await openDevice({ backend: "wasm" });
  const rows = tfl.input({ shape: [3, 4] });
  const key = rootKey(seed);
  const recurrent = lstm({
    units: 5,
    biases: 1,
    returnSequences: false,
    key: key.key("lstm"),
    name: "lstm",
  });
  const head = dense({ units: 4, activation: "linear", key: key.key("head"), name: "head" });
  const model = tfl.model({
    inputs: rows,
    outputs: head.apply(recurrent.apply(rows)) as tfl.SymbolicTensor,
  });
  const file = await exportOnnx(model, {
    metadata,
    ...(scaled ? { scalers: { input: scaler, output: scaler } } : {}),
  });
  model.dispose();
  await closeDevice();
  return file;
}

/** Asks until `done` is content. */
async function eventually<T>(ask: () => Promise<T>, done: (told: T) => boolean): Promise<T> {
  for (let tries = 0;; tries++) {
    const told = await ask();
    if (done(told)) return told;
    assert(tries < 500, `still ${JSON.stringify(told)}`);
    await new Promise((wait) => setTimeout(wait, 20));
  }
}

Deno.test("`serve` serves an exported model, swaps it on SIGHUP and ends on SIGTERM", () =>
  withFolder(async (folder) => {
    const path = join(folder, "model.onnx");
    await Deno.writeFile(path, await exported(1));
    const child = new Deno.Command(Deno.execPath(), {
      args: [...await taskArguments("serve", folder), "--model", path, "--port", "0"],
      cwd: root,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const out = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const notes = new Response(child.stderr).text();
    const url = (await out.read()).value?.trim();
    assert(url, "no address");
    const ask = async (route: string) => await (await fetch(url + route)).json();

    const now = Date.now() / 1000;
    const samples = [180, 120, 60].map((ago, i) => ({
      timestamp: now - ago,
      throughput_mbps: 90 + i,
      rtt_ms: 25,
      packet_loss: 0.01,
      jitter_ms: 2,
    }));
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(samples);
    const posted = await fetch(`${url}/samples`, { method: "POST", headers, body });
    assertEquals([posted.status, (await posted.json()).unbroken], [202, 3]);
    const first = await eventually(() => ask("/prediction"), ({ source }) => source === "model");
    assertEquals(Object.keys(first.values), columns);
    assertEquals(first.validUntil, samples[2]!.timestamp + 900);
    assertEquals((await ask("/parameters")).streams, 16);

    // On a system without SIGHUP a model is swapped by starting anew.
    if (Deno.build.os !== "windows") {
      await Deno.writeFile(path, (await exported(2)).subarray(0, 400));
      child.kill("SIGHUP");
      await Deno.writeFile(join(folder, "next.onnx"), await exported(2));
      await Deno.rename(join(folder, "next.onnx"), path);
      child.kill("SIGHUP");
      const health = await eventually(() => ask("/health"), ({ models }) => models === 2);
      assert(health.modelVersion !== first.modelVersion);
    }
    child.kill("SIGTERM");
    const { code } = await child.status;
    assertEquals((await out.read()).done, true);
    assertEquals(code, 143);
    assertStringIncludes(await notes, `Serving model ${first.modelVersion}`);
    if (Deno.build.os !== "windows") assertStringIncludes(await notes, "model before serves on");
  }));

async function refuses(args: string[], ...says: string[]): Promise<void> {
  const { status, out, err } = await inProcess("serve", ...args);
  assertEquals([status, out], [2, ""], err);
  for (const part of says) assertStringIncludes(err.replaceAll("\n", " "), part);
}

Deno.test("`serve` refuses what it cannot serve", () =>
  withFolder(async (folder) => {
    const path = join(folder, "model.onnx");
    const refusesModel = async (file: Uint8Array, ...says: string[]) => {
      await Deno.writeFile(path, file);
      await refuses(["--model", path], path, ...says);
    };
    await refuses([], "--model is missing");
    await refuses(["--model", join(folder, "absent.onnx")], "Cannot read the model", "absent.onnx");
    await refuses(["--model", path, "--port", "70000"], "65535 at most");
    await refuses(["--model", path, "--interval", "0"], '--interval "0"');
    await refusesModel(new TextEncoder().encode("timestamp,rtt_ms\n"), "Cannot");
    await refusesModel((await exported(1)).subarray(0, 500), "Cannot");
    await refusesModel(await exported(1, {}), 'no entry "forecast"');
    await refusesModel(await exported(1, { forecast: "{}" }), 'wrong at "spacingSeconds"');
    const wide = [...linkQuantities, { name: "queue_depth", unit: "" }];
    const wrong = forecastMetadata({ ...frame, features: wide });
    await refusesModel(await exported(1, wrong), "input [batch, 3, 4]", "[batch, window, 5]");
    await refusesModel(await exported(1, forecastMetadata(frame), false), "no scalers");
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await Deno.writeFile(path, await exported(1));
    await refuses(["--model", path, "--port", `${taken.addr.port}`], "Choose another port");
    taken.close();
  }));
