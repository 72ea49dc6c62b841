/**
 * What `deno task serve` bears, by another's measure: wrk (`apt-get install wrk`) over 64 connections, 63 of
 * which ask `GET /prediction` while one posts samples, in their order, to `POST /samples`; three runs on one
 * server. Prints rates, latencies, failures and the server's resident memory:
 *
 *     deno run --allow-read --allow-write --allow-net=127.0.0.1 --allow-env --allow-run \
 *       tests/bench/serve_wrk.ts [SECONDS]
 *
 * The model is the published bandwidth network, untrained, which forecasts every second. Samples are of the
 * years past, a minute apart, and it looks ahead far enough that its forecasts hold until today.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { TRACE_FEATURES, TRACE_QUANTITIES, TRACE_TARGETS } from "../../data/network_trace.ts";
import type { Scaler } from "../../lib/dataset/scalers.ts";
import { openDevice } from "../../lib/device/device.ts";
import { exportOnnx } from "../../lib/onnx/export.ts";
import { rootKey } from "../../lib/random/key.ts";
import { forecastMetadata } from "../../lib/serve/forecast_metadata.ts";
import { root } from "../../lib/cli/streams.ts";
import { taskArguments, withFolder } from "../command_line.ts";
import { buildModel } from "./assay.ts";
import { cases } from "./cases.ts";

const RUNS = 3;
const CONNECTIONS = 64;
const DECADE = 315_576_000;
const script = fromFileUrl(new URL("serve_wrk.lua", import.meta.url));
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const say = (line: string) => Deno.stdout.writeSync(encoder.encode(`${line}\n`));

/** What wrk found; times in milliseconds. */
interface Found {
  readonly requests: number;
  readonly failed: number;
  readonly seconds: number;
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

/** The published network as a file that can be served. */
async function exported(): Promise<Uint8Array> {
  await openDevice({ backend: "wasm" });
  const spec = cases.find(({ name }) => name === "bandwidth-540k")!;
  const scaler = (columns: readonly string[]): Scaler => ({
    kind: "z-score",
    columns,
    mean: columns.map(() => 50),
    scale: columns.map(() => 100),
  });
  return await exportOnnx(buildModel(spec, rootKey(1)), {
    scalers: { input: scaler(TRACE_FEATURES), output: scaler(TRACE_TARGETS) },
    metadata: forecastMetadata({
      spacingSeconds: 60,
      horizonSeconds: 2 * DECADE,
      features: TRACE_QUANTITIES,
      targets: TRACE_QUANTITIES.slice(0, TRACE_TARGETS.length),
    }),
  });
}

async function wrk(url: string, connections: number, seconds: number, ...args: string[]) {
  const { success, stdout, stderr } = await new Deno.Command("wrk", {
    args: ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url, "--", ...args],
  }).output();
  if (!success) throw new Error(`wrk failed: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout).trim().split("\n").at(-1)!) as Found;
}

function told(what: string, { requests, failed, seconds, median, p99, most }: Found): string {
  return `${what}: ${requests} requests, ${
    Math.round(requests / seconds)
  }/s, median ${median} ms, ` +
    `p99 ${p99} ms, most ${most} ms; ${failed} failed`;
}

/** Loads the server at `url`; what is said is about the process `pid`. */
async function load(url: string, pid: number, seconds: number): Promise<void> {
  const megabytes = async () => {
    const ps = new Deno.Command("ps", { args: ["-o", "rss=", "-p", `${pid}`] });
    return `${Math.round(Number(decoder.decode((await ps.output()).stdout)) / 1024)} MB`;
  };
  const health = async () => await (await fetch(`${url}/health`)).json();
  const together = async (seconds: number) => {
    const { lastSampleAt } = await health();
    return await Promise.all([
      wrk(`${url}/prediction`, CONNECTIONS - 1, seconds),
      wrk(`${url}/samples`, 1, seconds, `${lastSampleAt}`),
    ]);
  };
  await wrk(`${url}/samples`, 1, 1, `${Math.floor(Date.now() / 1000) - DECADE}`);
  await together(5); // compiled and warm
  say(`warm: ${await megabytes()}`);
  for (let run = 1; run <= RUNS; run++) {
    const [predictions, samples] = await together(seconds);
    say(`run ${run}: ${await megabytes()}`);
    say(told("  GET /prediction", predictions));
    say(told("  POST /samples", samples));
  }
  const { status, forecasts, failures } = await health();
  say(`health: ${status}, ${forecasts} forecasts, ${failures} failures of the model`);
}

await withFolder(async (folder) => {
  const model = join(folder, "model.onnx");
  await Deno.writeFile(model, await exported());
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...await taskArguments("serve", folder),
      ...["--model", model, "--port", "0", "--interval", "1"],
    ],
    cwd: root,
    stdout: "piped",
  }).spawn();
  const out = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    await load((await out.read()).value!.trim(), child.pid, Number(Deno.args[0] ?? 30));
  } finally {
    child.kill("SIGTERM");
    await out.cancel();
    await child.status;
  }
});
Deno.exit(0);
