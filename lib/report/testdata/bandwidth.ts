/**
 * A made-up but life-like outcome of the bandwidth predictor, three seeds, for the report's tests.
 *
 * @module
 */

import { judgeClaim, judgeTarget } from "../../experiment/judge.ts";
import type { Bound, Figure } from "../../experiment/types.ts";
import { type Identity, runId } from "../../run/identity.ts";
import type { Event, Manifest, Result, Summary } from "../../run/schema.ts";
import { predictedAgainstActual } from "../figures/predicted_against_actual.ts";
import { residuals } from "../figures/residuals.ts";
import type { PageInput, PageRun } from "../page.ts";

const seeds = [1, 2, 3];
const targetNames = ["throughput_mbps", "rtt_ms", "packet_loss", "jitter_ms"];
const unitOf: Record<string, string> = {
  throughput_mbps: "Mbps",
  rtt_ms: "ms",
  packet_loss: "",
  jitter_ms: "ms",
};
const scaleOf: Record<string, number> = {
  throughput_mbps: 180,
  rtt_ms: 10.5,
  packet_loss: 0.0093,
  jitter_ms: 2.2,
};
const levelOf: Record<string, number> = {
  throughput_mbps: 553,
  rtt_ms: 47.3,
  packet_loss: 0.0233,
  jitter_ms: 6.7,
};
/** Correlation reached per set and target. */
const reached: Record<string, number[]> = {
  v1: [0.962, 0.851, 0.957, 0.334],
  lownoise: [0.998, 0.996, 0.997, 0.981],
  v2: [0.991, 0.988, 0.987, 0.979],
};
const ceilingOf: Record<string, number[]> = {
  v1: [0.9638, 0.8547, 0.9585, 0.3518],
  lownoise: [0.9996, 0.9979, 0.9995, 0.9921],
  v2: [0.9968, 0.9941, 0.9935, 0.9902],
};
const baselineOf: Record<string, number> = {
  "persistence": 0.86,
  "mean of last 20": 0.79,
  "hour and weekend lookup": 0.83,
  "ridge": 0.93,
};

/** The page's input with `seeds` seeds' runs. */
export function bandwidthPage(): PageInput {
  const runs = seeds.map(run);
  return {
    experiment: {
      name: "bandwidth-predictor",
      title: "Four link metrics, one minute ahead, from the last twenty minutes",
      source: "claims/002 (DWCP bandwidth predictor, reproducibility guide)",
      summary:
        "A recurrent network forecasts throughput, round-trip time, packet loss and jitter of a link. The guide " +
        "reports correlations of 98 to 99 %. Its own generator adds white noise to every row, so no predictor can " +
        "reach that; on a trace with real dynamics the same network does.",
    },
    summary: summary(runs),
    runs,
  };
}

/** A stand-in for noise that is the same on every machine. */
export function wobble(seed: number): () => number {
  let state = seed * 2654435761 >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function metricsOf(
  seed: number,
  shift: (set: string, r: number) => number,
): Record<string, number> {
  const next = wobble(seed);
  const metrics: Record<string, number> = {};
  for (const [set, correlations] of Object.entries(reached)) {
    const sums = { correlation: 0, r2: 0, mape: 0, smape: 0 };
    targetNames.forEach((target, i) => {
      const r = shift(set, correlations[i]!) + next() * 0.0015;
      const error = Math.sqrt(1 - r * r);
      const at = `${set}/test/${target}`;
      const relative = 100 * error * 0.8 * scaleOf[target]! / levelOf[target]!;
      metrics[`${at}/mae`] = error * scaleOf[target]! * 0.8;
      metrics[`${at}/rmse`] = error * scaleOf[target]!;
      metrics[`${at}/mape`] = relative;
      metrics[`${at}/smape`] = relative * 0.97;
      metrics[`${at}/r2`] = r * r - 0.002;
      metrics[`${at}/correlation`] = r;
      sums.correlation += r / 4;
      sums.r2 += (r * r - 0.002) / 4;
      sums.mape += relative / 4;
      sums.smape += relative * 0.97 / 4;
    });
    for (const [name, value] of Object.entries(sums)) metrics[`${set}/test/${name}/mean`] = value;
    metrics[`${set}/test/skill/persistence`] = set === "v1" ? 0.41 : 0.87 + next() * 0.01;
    metrics[`${set}/test/skill/ridge`] = set === "v1" ? 0.06 : 0.62 + next() * 0.01;
  }
  metrics.parameters = 540516;
  return metrics;
}

function unit(name: string): { unit: string; better: "higher" | "lower" } {
  const [, , target, score] = name.split("/");
  if (name.endsWith("/mae") || name.endsWith("/rmse")) {
    return { unit: unitOf[target!]!, better: "lower" };
  }
  const percent = name.includes("mape");
  return { unit: percent ? "%" : "", better: percent || score === undefined ? "lower" : "higher" };
}

function run(seed: number): PageRun {
  const metrics = metricsOf(seed, (_set, r) => r);
  const config = {
    samples: 15000,
    window: 20,
    hidden: [64],
    epochs: 8,
    batchSize: 64,
    learningRate: 0.001,
    presets: ["v1", "lownoise", "v2"],
    data: null,
  };
  const ceilings = Object.fromEntries(
    Object.entries(ceilingOf).flatMap(([set, values]) => [
      ...targetNames.map((target, i) => [`${set}/test/${target}/correlation`, values[i]!] as const),
      [`${set}/test/correlation/mean`, values.reduce((a, b) => a + b) / 4] as const,
    ]),
  );
  const baselines = Object.fromEntries(
    Object.entries(baselineOf).map(([name, factor]) => [
      name,
      Object.fromEntries(
        Object.entries(metricsOf(100 + seed, (_set, r) => r * factor))
          .filter(([metric]) => !metric.includes("skill") && metric !== "parameters"),
      ),
    ]),
  );
  const identity: Identity = {
    experiment: "bandwidth-predictor",
    modules: {
      "data/network_trace.ts": "7d".repeat(32),
      "experiments/bandwidth_predictor.ts": "a1".repeat(32),
    },
    dependencies: { "@tensorflow/tfjs-core": "4.22.0", zod: "4.6.7" },
    config,
    seed,
    backend: "wasm",
    numerics: "wasm-fma",
  };
  const id = runId(identity);
  const manifest: Manifest = {
    schema: "assay/manifest@1",
    runId: id,
    identity,
    profile: "quick",
    file: "experiments/bandwidth_predictor.ts",
    versions: { assay: "0.1.0", deno: "2.9.6", typescript: "6.0.3", v8: "15.0.245.2-rusty" },
    inputs: { trace: "generated" },
    adapter: null,
    selfTest: { fma: true, gradient: "ok", nan: "seen" },
    git: { commit: "dec1a7c4b2f09e6d1a3c5b7d9e0f1a2b3c4d5e6f", dirty: false },
    command: "deno task experiment bandwidth-predictor --profile quick --backend wasm",
    startedAt: "2026-11-20T12:34:56.000Z",
    resumedAt: [],
  };
  const result: Result = {
    schema: "assay/result@1",
    experiment: "bandwidth-predictor",
    profile: "quick",
    seed,
    runId: id,
    contract: {
      promise: "exact",
      backend: "wasm",
      numerics: "wasm-fma",
      device: "WASM SIMD, 2 threads",
    },
    config,
    metrics,
    units: Object.fromEntries(Object.keys(metrics).map((name) => [name, unit(name)])),
    baselines,
    ceilings,
    findings: [
      {
        rule: "validation-plateau",
        severity: "info",
        evidence: "v1: validation loss moved by less than 0.1 % over the last 3 epochs.",
        advice: "Fewer epochs give the same model.",
      },
      ...seed === 2
        ? [{
          rule: "loss-spike",
          severity: "warning" as const,
          evidence: "lownoise: step 412 has 6.2 times the median loss.",
          advice: "Clip the gradient's norm or lower the learning rate.",
        }]
        : [],
    ],
    digests: digests(seed),
    seconds: { total: 14.2 + seed, train: 11.7 + seed },
  };
  return { manifest, result, events: events(seed), figures: figures(seed) };
}

function digests(seed: number): Result["digests"] {
  const hex = (salt: string) => `${salt}${seed}`.repeat(32).slice(0, 64);
  return { data: hex("d"), weights: hex("e"), history: hex("f") };
}

function events(seed: number): Event[] {
  const next = wobble(seed + 50);
  return ["v1", "lownoise", "v2"].flatMap((set, i) =>
    Array.from({ length: 8 - (seed + i) % 2 }, (_, e): Event[] => {
      const floor = [0.3, 0.01, 0.03][i]!;
      const loss = floor + (1 - floor) / (1 + 2 * e * e) + next() * 0.01 * floor;
      const at = { step: 164 * (e + 1), epoch: e + 1 };
      return [
        { ...at, tag: `${set}/train/loss`, value: loss },
        { ...at, tag: `${set}/validation/loss`, value: loss * 1.08 + next() * 0.02 * floor },
        { ...at, tag: `${set}/learning_rate`, value: 0.001 },
      ];
    }).flat()
  );
}

function figures(seed: number): Figure[] {
  const next = wobble(seed + 9);
  const predictions = targetNames.map((target, i) => {
    const actual = Float64Array.from(
      { length: 2247 },
      (_, row) =>
        levelOf[target]! + scaleOf[target]! * (Math.abs(row % 720 - 360) / 180 - 1 + next() * 0.3),
    );
    const noise = Math.sqrt(1 - reached.v2![i]! ** 2) * 3.4;
    const predicted = actual.map((value) => value + scaleOf[target]! * noise * next());
    return { target, unit: unitOf[target]!, actual, predicted };
  });
  return [
    predictedAgainstActual(predictions, {
      name: "v2-predicted-against-actual",
      title: "v2: predicted against actual",
    }),
    residuals(predictions, { name: "v2-residuals", title: "v2: residuals" }),
    residuals(predictions.slice(0, 2), {
      over: "row",
      name: "v2-residuals-over-row",
      title: "v2: residuals over time",
    }),
  ];
}

function summary(runs: readonly PageRun[]): Summary {
  const results = runs.map(({ result }) => result);
  const target = (metric: string, bound: Bound, because: string): Summary["targets"][number] =>
    judgeTarget({ metric, bound, because }, results);
  const claim = (
    metric: string,
    bound: Bound,
    says: string,
    expect: Summary["claims"][number]["verdict"] = "refuted",
  ): Summary["claims"][number] => {
    const source = "reproducibility guide, “Expected results”";
    return judgeClaim({ metric, bound, says, source, expect }, results);
  };
  const said: Record<string, [number, number, number, number]> = {
    throughput_mbps: [0.9927, 0.985, 2.34, 12.8],
    rtt_ms: [0.9889, 0.978, 3.12, 1.2],
    packet_loss: [0.9871, 0.974, 4.87, 0.0009],
    jitter_ms: [0.9945, 0.989, 3.98, 0.21],
  };
  return {
    schema: "assay/summary@1",
    experiment: "bandwidth-predictor",
    title: "Four link metrics, one minute ahead, from the last twenty minutes",
    profile: "quick",
    verdict: "pass",
    reasons: [],
    targets: [
      target(
        "lownoise/test/correlation/mean",
        { atLeast: 0.98 },
        "the guide's minimum, on its own trace with a tenth of the noise",
      ),
      target("lownoise/test/mape/mean", { atMost: 5 }, "the guide's second minimum"),
      target(
        "v2/test/correlation/mean",
        { atLeast: 0.98 },
        "the guide's minimum, where it can only be reached by learning the dynamics",
      ),
      target("v2/test/mape/mean", { atMost: 5 }, "the guide's second minimum"),
      target(
        "v2/test/skill/ridge",
        { atLeast: 0.3 },
        "a network must earn its keep against a linear model",
      ),
    ],
    claims: [
      claim("v1/test/correlation/mean", { atLeast: 0.98 }, "Average correlation: 0.9908"),
      claim("v1/test/mape/mean", { atMost: 5 }, "Average MAPE: 3.58 %"),
      ...Object.entries(said).flatMap(([name, [r, r2, mape, mae]]) => [
        claim(`v1/test/${name}/correlation`, { atLeast: r }, `${name}: correlation ${r}`),
        claim(`v1/test/${name}/r2`, { atLeast: r2 }, `${name}: R² ${r2}`),
        claim(`v1/test/${name}/mape`, { atMost: mape }, `${name}: MAPE ${mape} %`),
        claim(`v1/test/${name}/mae`, { atMost: mae }, `${name}: MAE ${mae}`),
        claim(
          `v1/test/${name}/rmse`,
          { atMost: mae * 1.4 },
          `${name}: RMSE ${Number((mae * 1.4).toPrecision(3))}`,
        ),
      ]),
      claim("parameters", { atLeast: 540516, atMost: 540516 }, "540,516 parameters", "reproduced"),
      claim(
        "v1/service/latency",
        { atMost: 5 },
        "Inference takes less than 5 ms on the service's CPU",
        "not testable",
      ),
    ],
    runs: runs.map(({ result }) => ({
      seed: result.seed,
      runId: result.runId,
      digests: result.digests,
      findings: result.findings,
    })),
  };
}
