import { assert, assertEquals, assertMatch } from "@std/assert";
import { familyText } from "./exposition.ts";
import { metricsText } from "./metrics.ts";
import { PredictionService } from "./prediction_service.ts";
import { ManualTime, stubForecaster } from "./testing.ts";

interface Series {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** Reads a text by the rules of exposition format 0.0.4, strictly. */
function parse(text: string): Map<string, { type: string; series: Series[] }> {
  assert(text.endsWith("\n"), "the last line must end");
  const families = new Map<string, { type: string; series: Series[] }>();
  let helped = "", family = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, keyword, name, rest] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? [];
    if (keyword === "HELP") helped = name!;
    else if (keyword === "TYPE") {
      assertEquals(name, helped);
      assert(!families.has(name!), `${name} stands twice`);
      assertMatch(rest!, /^(counter|gauge|histogram)$/);
      families.set(family = name!, { type: rest!, series: [] });
    } else {
      const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      assert(found, `no series: ${line}`);
      const { type, series } = families.get(family)!;
      const suffix = found[1]!.slice(family.length);
      assert(found[1]!.startsWith(family), `${found[1]} under ${family}`);
      assert(type === "histogram" ? /^_(bucket|sum|count)$/.test(suffix) : suffix === "");
      const value = Number(found[3]);
      assert(Number.isFinite(value), line);
      series.push({ name: found[1]!, labels: parseLabels(found[2] ?? ""), value });
    }
  }
  for (const [name, { type, series }] of families) {
    if (type === "histogram") checkHistogram(name, series);
  }
  return families;
}

function parseLabels(text: string): Record<string, string> {
  const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;
  const labels: Record<string, string> = {};
  let end = 0;
  for (const found of text.matchAll(label)) {
    const unescaped = found[2]!.replaceAll(/\\(.)/g, (_, c) => c === "n" ? "\n" : c);
    labels[found[1]!] = unescaped;
    end = found.index + found[0].length;
  }
  assertEquals(end, text.length, `labels: ${text}`);
  return labels;
}

function checkHistogram(name: string, series: readonly Series[]): void {
  const buckets = series.filter((each) => each.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) => labels.le === "+Inf" ? Infinity : Number(labels.le));
  assertEquals(bounds, bounds.toSorted((a, b) => a - b));
  assertEquals(bounds.at(-1), Infinity);
  buckets.slice(1).forEach(({ value }, i) => assert(value >= buckets[i]!.value, "cumulative"));
  const count = series.find((each) => each.name === `${name}_count`)!.value;
  assertEquals(buckets.at(-1)!.value, count);
  assert(series.some((each) => each.name === `${name}_sum`));
}

const documented = [
  "prediction_accuracy",
  "prediction_latency_ms",
  "model_version",
  "confidence",
  "retrain_total",
  "predictions_total",
  "current_bandwidth_mbps",
  "current_latency_ms",
  "current_packet_loss_ratio",
  "current_jitter_ms",
  "sample_count",
].map((name) => `dwcp_pba_${name}`);

Deno.test("`metricsText` has the documented names, and no series for what is unknown", async () => {
  const service = new PredictionService({ forecaster: stubForecaster(), time: new ManualTime() });
  const families = parse(metricsText(service));
  for (const name of documented) assert(families.has(name), name);
  const silent = [...families].filter(([, { series }]) => series.length === 0).map(([name]) =>
    name
  );
  assertEquals(silent, [
    "dwcp_pba_prediction_accuracy",
    "dwcp_pba_confidence",
    "dwcp_pba_current_bandwidth_mbps",
    "dwcp_pba_current_latency_ms",
    "dwcp_pba_current_packet_loss_ratio",
    "dwcp_pba_current_jitter_ms",
  ]);
  await service.close();
});

Deno.test("`metricsText` tells what the service did", async () => {
  const time = new ManualTime(120);
  const service = new PredictionService({ forecaster: stubForecaster(), time });
  const link = { throughput_mbps: 90, rtt_ms: 20, packet_loss: 0.25, jitter_ms: 2 };
  service.add([0, 60, 120].map((timestamp) => ({ ...link, timestamp })));
  for (let minute = 3; minute <= 12; minute++) {
    await service.forecast();
    await time.advance(60);
    service.add({ ...link, timestamp: 60 * minute });
  }
  await service.swap(stubForecaster({ version: 'say "hi"\\\n' }));
  await service.forecast();
  const families = parse(metricsText(service));
  const values = (name: string) =>
    families.get(`dwcp_pba_${name}`)!.series.map(({ value }) => value);
  assertEquals(families.get("dwcp_pba_model_version")!.series[0]!.labels.version, 'say "hi"\\\n');
  assertEquals([...values("model_version"), ...values("retrain_total")], [2, 1]);
  assertEquals([...values("predictions_total"), ...values("sample_count")], [11, 13]);
  assertEquals([...values("current_bandwidth_mbps"), ...values("current_packet_loss_ratio")], [
    90,
    0.25,
  ]);
  assertEquals(values("prediction_accuracy"), []); // the new model's is not known
  assertEquals(values("prediction_latency_ms"), [...Array(8).fill(11), 0, 11]);
  await service.close();
});

Deno.test("a text escapes labels and help", () => {
  const family = { name: "m", type: "gauge", value: 1 } as const;
  const text = familyText({ ...family, help: "a\\b\nc", labels: { v: '\\"\n' } });
  assertEquals(text, '# HELP m a\\\\b\\nc\n# TYPE m gauge\nm{v="\\\\\\"\\n"} 1');
});
