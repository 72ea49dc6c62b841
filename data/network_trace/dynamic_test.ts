import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey } from "assay";
import { networkTrace } from "../network_trace.ts";
import { TRACE_RANGES, TRACE_TARGETS } from "./columns.ts";
import { DYNAMICS, LINKS, PATH_TARGETS, plannedLoad, TIER_CAPS } from "./dynamics.ts";
import { episodeChain } from "./episodes.ts";

const ROWS = 15_000;
const links = ["dc", "metro", "wan"] as const;
const tiers = ["Premium", "Standard", "Economy"] as const;

Deno.test("`plannedLoad()` is smooth over the day and hardly jumps at midnight", () => {
  assertAlmostEquals(plannedLoad(DYNAMICS, 120, 1), 0.2 + 0.2 * (2 / 3) ** 2 * (3 - 4 / 3), 1e-12);
  assertAlmostEquals(plannedLoad(DYNAMICS, 840, 1), 0.2 + 1.6, 1e-12); // 14:00, no job
  assertAlmostEquals(plannedLoad(DYNAMICS, 840, 5), 0.2 + 0.6 * 1.6, 1e-12);
  for (let minute = 1; minute < 1440; minute++) {
    const step = plannedLoad(DYNAMICS, minute, 2) - plannedLoad(DYNAMICS, minute - 1, 2);
    assert(Math.abs(step) < 0.02, `minute ${minute}: ${step}`);
  }
  const midnight = plannedLoad(DYNAMICS, 0, 5) - plannedLoad(DYNAMICS, 1439, 4);
  assert(Math.abs(midnight) < 0.005);
});

Deno.test("`PATH_TARGETS` equal hand-computed values", () => {
  // Load 1 is utilisation 1/2; 800 / 2 = 400 under a cap of 400 is 400 / 2^¼; impact 0.5 · 1.
  const state = { load: 1, lost: 0.5, backlog: 100 };
  const values = PATH_TARGETS.map((target) => target(DYNAMICS, LINKS.metro, 400, state));
  assertAlmostEquals(values[0]!, 0.5 * 400 / 2 ** 0.25, 1e-10);
  assertAlmostEquals(values[1]!, 14 + 5 + 100 * 12 / 800 + 18 * 0.5, 1e-12);
  assertAlmostEquals(values[2]!, 0.008 + 0.012 / 4 + 0.014 * 0.5, 1e-15);
  assertAlmostEquals(values[3]!, 1.8 + 1.2 + 5 * 0.5, 1e-12);
  // Only the round-trip time waits for the backlog: the ceiling counts on it.
  const emptied = PATH_TARGETS.map((target) =>
    target(DYNAMICS, LINKS.metro, 400, { ...state, backlog: 0 })
  );
  assertEquals(emptied.map((value, j) => value === values[j]), [true, false, true, true]);
});

Deno.test("`dynamicColumns()` stays inside every range, so that no clip binds", () => {
  for (const link of links) {
    for (const tier of tiers) {
      const options = { preset: "v2", rows: ROWS, link, tier } as const;
      const { columns } = networkTrace(rootKey(11), options);
      for (const [name, [low, high]] of Object.entries(TRACE_RANGES)) {
        const field = columns[name as keyof typeof TRACE_RANGES];
        // An idle queue may read 0; everything else keeps off both ends.
        const inside = (v: number) => (v > low || name === "queue_depth") && v >= low && v < high;
        assert(field.every(inside), `${name}, ${link}, ${tier}`);
      }
    }
  }
});

Deno.test("`dynamicColumns()` never loses less than its floor allows", () => {
  const { columns } = networkTrace(rootKey(12), { preset: "v2", rows: ROWS });
  assert(columns.packet_loss.every((loss) => loss > 0.007));
});

Deno.test("`dynamicColumns()` describes one link", () => {
  const { columns } = networkTrace(rootKey(13), {
    preset: "v2",
    rows: 500,
    link: "wan",
    tier: "Economy",
  });
  for (
    const name of [
      "region",
      "az",
      "link_type",
      "network_tier",
      "dwcp_mode",
      "transport_type",
      "node_id",
      "peer_id",
    ] as const
  ) assertEquals(new Set<string | number>(columns[name]).size, 1, name);
  assertEquals([columns.link_type[0], columns.network_tier[0]], ["wan", "Economy"]);
  assert(columns.az[0]!.startsWith(columns.region[0]!));
});

Deno.test("`dynamicColumns()` orders links by round-trip time and tiers by throughput", () => {
  const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const of = (link: typeof links[number], tier: typeof tiers[number]) =>
    networkTrace(rootKey(14), { preset: "v2", rows: 3000, link, tier }).columns;
  const rtts = links.map((link) => mean(of(link, "Standard").rtt_ms));
  assert(rtts[0]! < rtts[1]! && rtts[1]! < rtts[2]!);
  const rates = tiers.map((tier) => mean(of("dc", tier).throughput_mbps));
  assert(rates[0]! > rates[1]! && rates[1]! > rates[2]!);
  assert(of("dc", "Economy").throughput_mbps.every((rate) => rate < 1.1 * TIER_CAPS.Economy));
});

Deno.test("`dynamicColumns()` hides what made the columns", () => {
  const trace = networkTrace(rootKey(15), { preset: "v2", rows: 4000 });
  assert(trace.hidden.kind === "dynamic");
  const { level, noise, episode } = trace.hidden.states;
  const chain = episodeChain(DYNAMICS);
  const scales = [0.015, 0.012, 0.02, 0.02];
  for (const row of [0, 1, 777, 3999]) {
    const minute = Math.round(60 * trace.columns.time_of_day[row]!);
    const load = plannedLoad(DYNAMICS, minute, trace.columns.day_of_week[row]!) *
      Math.exp(level[row]!);
    const { lost, backlog } = chain[episode[row]!]!;
    TRACE_TARGETS.forEach((target, j) => {
      const clean = PATH_TARGETS[j]!(DYNAMICS, LINKS.metro, 700, { load, lost, backlog });
      const expected = clean * Math.exp(scales[j]! * noise[j]![row]!);
      assertAlmostEquals(trace.columns[target][row]! / expected, 1, 1e-12);
    });
  }
});

Deno.test("`dynamicColumns()` draws noise of standard deviation 1 and correlation 0.9", () => {
  const trace = networkTrace(rootKey(16), { preset: "v2", rows: 50_000 });
  assert(trace.hidden.kind === "dynamic");
  for (const noise of trace.hidden.states.noise) {
    let square = 0, product = 0;
    for (let i = 1; i < noise.length; i++) {
      square += noise[i]! ** 2;
      product += noise[i]! * noise[i - 1]!;
    }
    // (1 + φ) / (1 − φ) = 19 times fewer independent draws, and 4.5 standard errors.
    assertAlmostEquals(square / 49_999, 1, 4.5 * Math.sqrt(2 * 9.53 / 50_000));
    assertAlmostEquals(product / square, 0.9, 4.5 * Math.sqrt(0.19 / 50_000));
  }
});
