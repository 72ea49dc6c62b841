import { assert, assertAlmostEquals } from "@std/assert";
import { normal, rootKey, uniform } from "assay";
import { networkTrace, TRACE_TARGETS } from "../network_trace.ts";
import { dynamicForecaster, logNormalFunctionals } from "./dynamic_ceiling.ts";
import { DYNAMICS, LINKS, PATH_TARGETS, plannedLoad } from "./dynamics.ts";
import { episodeChain } from "./episodes.ts";

Deno.test("`logNormalFunctionals()` of one component are the textbook's", () => {
  const { mean, median, relativeMedian } = logNormalFunctionals(
    [{ weight: 1, log: Math.log(3) }],
    0.2,
  );
  assertAlmostEquals(mean, 3 * Math.exp(0.02), 1e-12);
  assertAlmostEquals(median, 3, 1e-9);
  assertAlmostEquals(relativeMedian, 3 * Math.exp(-0.04), 1e-9);
});

Deno.test("`logNormalFunctionals()` of two far components lie where half the mass does", () => {
  const components = [{ weight: 0.4, log: 0 }, { weight: 0.6, log: Math.log(10) }];
  const { median, relativeMedian } = logNormalFunctionals(components, 0.01);
  // Median: 0.1 of 0.6 into the second, z(1/6) = −0.967422. Relative: weights 0.4 and 0.06, so
  // 0.23 of 0.4 into the first, z(0.575) = 0.189118, less s² = 1e-4.
  assertAlmostEquals(Math.log(median / 10), -0.00967422, 1e-7);
  assertAlmostEquals(Math.log(relativeMedian), 0.00189118 - 1e-4, 1e-6);
});

Deno.test("`dynamicForecaster()` agrees with simulation from the hidden state", () => {
  const horizon = 15, N = 40_000;
  const trace = networkTrace(rootKey(21), { preset: "v2", rows: 2000 });
  assert(trace.hidden.kind === "dynamic");
  const { level, noise, episode } = trace.hidden.states;
  const forecast = dynamicForecaster(trace.hidden.states, trace.start, horizon);
  const chain = episodeChain(DYNAMICS);
  const phases = ["idle", "fill", "onset", "hold", "drain", "recovery"] as const;
  for (const phase of phases) {
    const from = episode.findIndex((state, row) => row > 100 && chain[state]!.phase === phase);
    const row = from + horizon, key = rootKey(from);
    // Each hidden process steps on by its own law, a step a row.
    const steps = Array.from({ length: horizon }, (_, k) => ({
      level: normal(key.key("level").at(k), N),
      noise: TRACE_TARGETS.map((target) => normal(key.key(target).at(k), N)),
      episode: uniform(key.key("episode").at(k), N),
    }));
    const planned = plannedLoad(
      DYNAMICS,
      Math.round(60 * trace.columns.time_of_day[row]!),
      trace.columns.day_of_week[row]!,
    );
    const draws = TRACE_TARGETS.map(() => new Float64Array(N));
    const scales = [0.015, 0.012, 0.02, 0.02];
    for (let i = 0; i < N; i++) {
      let x = level[from]! / DYNAMICS.levelSd, state = episode[from]!;
      const e = noise.map((values) => values[from]!);
      for (const step of steps) {
        x = 0.999 * x + Math.sqrt(1 - 0.999 ** 2) * step.level[i]!;
        for (let j = 0; j < 4; j++) {
          e[j] = 0.9 * e[j]! + Math.sqrt(1 - 0.81) * step.noise[j]![i]!;
        }
        let rest = step.episode[i]!;
        state = chain[state]!.next.find(({ probability }) => (rest -= probability) < 0)!.state;
      }
      const { lost, backlog } = chain[state]!;
      const path = { load: planned * Math.exp(0.1 * x), lost, backlog };
      for (let j = 0; j < 4; j++) {
        draws[j]![i] = PATH_TARGETS[j]!(DYNAMICS, LINKS.metro, 700, path) *
          Math.exp(scales[j]! * e[j]!);
      }
    }
    draws.forEach((values, j) => {
      const what = `${TRACE_TARGETS[j]} from ${phase}`;
      const { mean, median, relativeMedian } = forecast(row, j);
      const centre = values.reduce((sum, v) => sum + v, 0) / N;
      const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / N);
      assertAlmostEquals(mean, centre, 4.5 * sd / Math.sqrt(N), `mean of ${what}`);
      values.sort();
      const rank = (p: number) => values.filter((v) => v <= p).length / N;
      assertAlmostEquals(rank(median), 0.5, 4.5 * 0.5 / Math.sqrt(N), `median of ${what}`);
      let below = 0, all = 0;
      for (const v of values) {
        all += 1 / v;
        if (v <= relativeMedian) below += 1 / v;
      }
      assertAlmostEquals(below / all, 0.5, 0.012, `relative median of ${what}`);
    });
  }
});
