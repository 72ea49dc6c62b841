import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { normal, rootKey } from "assay";
import { networkTrace } from "../network_trace.ts";
import { TRACE_RANGES } from "./columns.ts";
import { baseThroughput } from "./documented.ts";

const v1 = networkTrace(rootKey(42).key("data"), { preset: "v1", rows: 15_000 }).columns;

Deno.test("`baseThroughput()` equals the golden table, 0.7 times it at weekends", () => {
  // deno-fmt-ignore
  const golden = [
    500, 551.76, 600, 641.42, 673.21, 693.19, 700, 693.19, 673.21, 962.13, 900, 827.65,
    750, 672.35, 600, 537.87, 490.19, 460.22, 300, 306.81, 326.79, 358.58, 400, 448.24,
  ];
  golden.forEach((level, hour) => {
    assertAlmostEquals(baseThroughput(hour, 0), level, 0.005, `hour ${hour}`);
    assertEquals(baseThroughput(hour, 4), baseThroughput(hour, 0));
    assertAlmostEquals(baseThroughput(hour, 5), 0.7 * level, 0.005);
    assertAlmostEquals(baseThroughput(hour, 6), 0.7 * level, 0.005);
  });
});

Deno.test("`documentedColumns()` keeps ranges, whole numbers, and bytes in mebibits", () => {
  for (const [name, [low, high]] of Object.entries(TRACE_RANGES)) {
    const field = v1[name as keyof typeof TRACE_RANGES];
    assert(field.every((value) => value >= low && value <= high), name);
  }
  for (
    const name of [
      "retransmits",
      "congestion_window",
      "queue_depth",
      "bytes_tx",
      "bytes_rx",
      "node_id",
      "peer_id",
    ] as const
  ) assert(v1[name].every(Number.isInteger), name);
  for (let i = 0; i < 15_000; i++) {
    const even = v1.throughput_mbps[i]! * 1024 * 1024 / 8 * 60;
    assert(v1.bytes_tx[i]! > 0.8 * even - 1 && v1.bytes_tx[i]! < 1.2 * even);
    const ratio = v1.bytes_rx[i]! / v1.bytes_tx[i]!;
    assert(ratio > 0.8999 && ratio < 1.1001);
    // Loss is at least its deterministic part, retransmits at least its thousandfold.
    assert(v1.packet_loss[i]! >= 0.05 * (1000 - v1.throughput_mbps[i]!) / 1000);
    assert(v1.retransmits[i]! >= Math.floor(1000 * v1.packet_loss[i]!));
    assert(v1.az[i]!.startsWith(v1.region[i]!) && /[abc]$/.test(v1.az[i]!));
    assert(v1.node_id[i]! >= 1000 && v1.node_id[i]! < 2000);
    assert(v1.peer_id[i]! >= 2000 && v1.peer_id[i]! < 3000);
  }
});

Deno.test("`documentedColumns()` draws words with their probabilities", () => {
  const share = (words: readonly string[], word: string) =>
    words.filter((w) => w === word).length / words.length;
  const expected: [readonly string[], Record<string, number>][] = [
    [v1.region, {
      "us-east-1": 0.25,
      "us-west-2": 0.25,
      "eu-west-1": 0.25,
      "ap-southeast-1": 0.25,
    }],
    [v1.link_type, { dc: 0.4, metro: 0.4, wan: 0.2 }],
    [v1.network_tier, { Premium: 0.3, Standard: 0.5, Economy: 0.2 }],
    [v1.dwcp_mode, { standard: 0.5, turbo: 0.3, reliable: 0.2 }],
    [v1.transport_type, { tcp: 0.6, quic: 0.3, udp: 0.1 }],
  ];
  for (const [words, shares] of expected) {
    for (const [word, p] of Object.entries(shares)) {
      assertAlmostEquals(share(words, word), p, 4.5 * Math.sqrt(p * (1 - p) / 15_000), word);
    }
  }
  assertEquals(new Set(v1.az).size, 12);
});

Deno.test("`documentedColumns()` draws every field from its own key", () => {
  // Ten times less noise of the same draws, whatever the other fields do.
  const key = rootKey(42).key("data");
  const low = networkTrace(key, { preset: "lownoise", rows: 1000 }).columns;
  const shocks = normal(key.key("throughput_mbps"), 1000);
  for (let i = 0; i < 1000; i++) {
    const base = baseThroughput(v1.time_of_day[i]!, v1.day_of_week[i]!);
    assertAlmostEquals(low.throughput_mbps[i]!, base + 5 * shocks[i]!, 1e-9);
    if (v1.throughput_mbps[i]! < 1000) {
      assertAlmostEquals(v1.throughput_mbps[i]!, base + 50 * shocks[i]!, 1e-9);
    }
  }
});
