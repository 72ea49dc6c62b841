import { assert, assertEquals } from "@std/assert";
import { rootKey } from "assay";
import { STEP_FEATURES } from "../../data/serverless/features.ts";
import { fleetOf } from "../../data/serverless/fleet/fleet.ts";
import { smallTrace } from "../../data/serverless/fleet/testing.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { type DemandSeries, demandSeries, loadsOf } from "./capacity_forecast.ts";

const trace = smallTrace(rootKey(6).key("trace"), 25, 2);
const split = { trainHours: 24, validationHours: 30 };
const options = { functions: 8, window: 12 };

Deno.test("`demandSeries()` plans every bin from validation on, each once", () => {
  const fleet = fleetOf(trace, split);
  const { planned, windows, bins } = demandSeries(trace, fleet, options);
  assertEquals(planned.length, 8);
  assertEquals(bins, 60 * fleet.parts.test[1]);
  assertEquals(planned.map(({ first }) => first), planned.map(() => 60 * 24));
  assert(planned.every(({ end }) => end > bins - 60 && end <= bins));
  const count = planned.reduce((sum, { first, end }) => sum + end - first, 0);
  assertEquals(windows.test.starts.length, count);
});

Deno.test("`demandSeries()` shows nothing of a bin or of what comes after it", () => {
  const all = seenBy(demandSeries(trace, fleetOf(trace, split), options));
  for (const minute of [60 * 30 + 1, 60 * 36 + 7, 60 * 44]) {
    // A world in which nothing arrives from the bin on, but for one last call that shows that time went on.
    const known = upTo(trace, 60 * minute);
    const seen = seenBy(demandSeries(known, fleetOf(known, split), options));
    for (const [place, rows] of seen) {
      if (Number(place.split(" ")[1]) <= minute) assertEquals(rows, all.get(place));
    }
    assert([...seen.keys()].some((place) => place.endsWith(` ${minute}`)));
  }
});

Deno.test("`loadsOf()` puts each forecast in its bin, in instances", () => {
  const demand = demandSeries(trace, fleetOf(trace, split), options);
  const scaled = new Float32Array(3 * demand.windows.test.starts.length);
  // The second function's second bin: as much as ever in training; its third: a forecast below nothing.
  const [one, two] = demand.planned;
  const row = one!.end - one!.first + 1;
  scaled[3 * row + 1] = 1;
  scaled[3 * row + 4] = -1;
  const load = loadsOf(demand, scaled).get(two!.functionIndex)!;
  assertEquals(load.length, demand.bins);
  assertEquals(Math.fround(load[two!.first + 1]!), Math.fround(demand.maxima.concurrency));
  assertEquals([load[two!.first], load[two!.first + 2]], [0, 0]);
});

/** What the network sees for each planned "function bin". */
function seenBy({ series, windows, planned }: DemandSeries): Map<string, Float32Array> {
  const seen = new Map<string, Float32Array>(), width = STEP_FEATURES.length;
  let i = 0;
  for (const { functionIndex, first, end } of planned) {
    for (let bin = first; bin < end; bin++) {
      const start = windows.test.starts[i++]! * width;
      const rows = series.values.slice(start, start + windows.test.window * width);
      seen.set(`${functionIndex} ${bin}`, rows);
    }
  }
  return seen;
}

/** The invocations that arrive before a time, and the very last. */
function upTo(trace: InvocationTrace, seconds: number): InvocationTrace {
  const { functions, functionIndex, endSeconds, durationSeconds } = trace;
  const kept = Array.from(endSeconds, (_, row) => row)
    .filter((row) =>
      endSeconds[row]! - durationSeconds[row]! < seconds || row === endSeconds.length - 1
    );
  return {
    functions,
    functionIndex: Uint16Array.from(kept, (row) => functionIndex[row]!),
    endSeconds: Float64Array.from(kept, (row) => endSeconds[row]!),
    durationSeconds: Float32Array.from(kept, (row) => durationSeconds[row]!),
  };
}
