/** `deno task serve`: an exported model behind HTTP in a process of its own, and what it refuses. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { forecastMetadata } from "../lib/serve/forecast_metadata.ts";
import { linkQuantities } from "../lib/serve/testing.ts";
import { inProcess, taskArguments, withFolder } from "./command_line.ts";
import { exportLinkModel, linkColumns, linkFrame } from "./link_model.ts";

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
    await Deno.writeFile(path, await exportLinkModel(1));
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
    assertEquals(Object.keys(first.values), linkColumns);
    assertEquals(first.validUntil, samples[2]!.timestamp + 900);
    assertEquals((await ask("/parameters")).streams, 16);

    // On a system without SIGHUP a model is swapped by starting anew.
    if (Deno.build.os !== "windows") {
      await Deno.writeFile(path, (await exportLinkModel(2)).subarray(0, 400));
      child.kill("SIGHUP");
      await Deno.writeFile(join(folder, "next.onnx"), await exportLinkModel(2));
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
    await refusesModel((await exportLinkModel(1)).subarray(0, 500), "Cannot");
    await refusesModel(await exportLinkModel(1, { metadata: {} }), 'no entry "forecast"');
    await refusesModel(
      await exportLinkModel(1, { metadata: { forecast: "{}" } }),
      'wrong at "spacingSeconds"',
    );
    const wide = [...linkQuantities, { name: "queue_depth", unit: "" }];
    const wrong = forecastMetadata({ ...linkFrame, features: wide });
    await refusesModel(
      await exportLinkModel(1, { metadata: wrong }),
      "input [batch, 3, 4]",
      "[batch, window, 5]",
    );
    await refusesModel(await exportLinkModel(1, { scalers: null }), "no scalers");
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await Deno.writeFile(path, await exportLinkModel(1));
    await refuses(["--model", path, "--port", `${taken.addr.port}`], "Choose another port");
    taken.close();
  }));
