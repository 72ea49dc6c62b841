import { assertEquals } from "@std/assert";
import { PredictionService } from "../prediction_service.ts";
import { ManualTime, stubForecaster } from "../testing.ts";
import { followedBy } from "./link.ts";
import { AmstOptimizer } from "./optimizer.ts";

/** A forecast whose stream count is `streams`: 30 ms, no loss. */
function forecast(streams: number, confidence: number, validUntil = 900) {
  return {
    bandwidthMbps: 10 * streams,
    latencyMs: 30,
    packetLoss: 0,
    jitterMs: 3,
    confidence,
    validUntil,
  };
}

Deno.test("`AmstOptimizer` starts as documented", () => {
  assertEquals(new AmstOptimizer().current(null), {
    streams: 16,
    bufferBytes: 65_536,
    chunkBytes: 65_536,
    pacingBytesPerSecond: null,
    windowBytes: null,
    confidence: 0,
    validUntil: null,
  });
});

Deno.test("`consider` skips, records or applies by confidence", () => {
  const optimizer = new AmstOptimizer();
  const after = (
    outcome: string,
  ) => [outcome, optimizer.decisions.length, optimizer.current(null).streams];
  assertEquals(after(optimizer.consider(null)), ["no forecast", 0, 16]);
  assertEquals(after(optimizer.consider(forecast(6, NaN))), ["skipped", 0, 16]);
  assertEquals(after(optimizer.consider(forecast(6, 0.599))), ["skipped", 0, 16]);
  assertEquals(after(optimizer.consider(forecast(6, 0.6))), ["recorded", 1, 16]);
  assertEquals(after(optimizer.consider(forecast(6, 0.799))), ["recorded", 2, 16]);
  assertEquals(after(optimizer.consider(forecast(6, 0.8))), ["applied", 3, 6]);
  const { bufferBytes, chunkBytes, pacingBytesPerSecond, windowBytes } = optimizer.current(
    forecast(6, 0.9),
  );
  assertEquals(
    [bufferBytes, chunkBytes, pacingBytesPerSecond, windowBytes],
    [247_500, 41_250, 7_125_000, 1_485_000],
  );
});

Deno.test("`shouldAdjustStreams` from a confidence of 0.7 and beyond 20 %", () => {
  const optimizer = new AmstOptimizer();
  optimizer.consider(forecast(10, 0.8));
  const of = (streams: number, confidence: number) => {
    const { adjust, streams: found, reason } = optimizer.shouldAdjustStreams(
      forecast(streams, confidence),
    );
    return [adjust, found, adjust ? "" : reason];
  };
  assertEquals(of(20, 0.699), [false, 0, "insufficient confidence"]);
  assertEquals(of(12, 0.7), [false, 10, "optimal"]);
  assertEquals([of(13, 0.7), of(7, 0.7)], [[true, 13, ""], [true, 7, ""]]);
  assertEquals(optimizer.shouldAdjustStreams(null).reason, "insufficient confidence");
});

Deno.test("`preemptive` from a confidence of 0.85 and beyond 15 %", () => {
  const optimizer = new AmstOptimizer();
  optimizer.consider(forecast(20, 0.8));
  assertEquals(optimizer.preemptive(null), null);
  assertEquals(optimizer.preemptive(forecast(40, 0.849)), null);
  assertEquals(optimizer.preemptive(forecast(23, 0.85)), null);
  assertEquals(optimizer.preemptive(forecast(24, 0.85))?.streams, 24);
  assertEquals(optimizer.current(null).streams, 20);
});

Deno.test("`AmstOptimizer` keeps 100 decisions", () => {
  const optimizer = new AmstOptimizer();
  for (let i = 0; i < 250; i++) optimizer.consider(forecast(5, 0.7, i));
  assertEquals(optimizer.decisions.length, 100);
  assertEquals(optimizer.decisions[0]!.forecast.validUntil, 150);
});

Deno.test("`effectiveness` is unknown without data and compares equal moments", () => {
  const optimizer = new AmstOptimizer();
  assertEquals(optimizer.effectiveness(), null);
  optimizer.consider(forecast(10, 0.7, 60));
  optimizer.consider(forecast(10, 0.9, 120));
  optimizer.updateThroughput(60, 50); // recorded, not applied
  optimizer.updateThroughput(90, 50); // no decision was about then
  assertEquals(optimizer.effectiveness(), null);
  optimizer.consider(forecast(10, 0.9, 180));
  optimizer.updateThroughput(120, 80);
  optimizer.updateThroughput(180, 130);
  assertEquals(optimizer.effectiveness(), 1.05);
  optimizer.updateThroughput(180, 0); // a dead link says nothing about scale
  assertEquals(optimizer.effectiveness(), 0.8);
});

Deno.test("an optimizer follows a service: nothing is applied before ten errors are known", async () => {
  const time = new ManualTime(120);
  const optimizer = new AmstOptimizer();
  const service = new PredictionService({
    forecaster: stubForecaster(),
    time,
    listener: followedBy(optimizer),
  });
  const link = { throughput_mbps: 100, rtt_ms: 30, packet_loss: 0, jitter_ms: 3 };
  service.add([0, 60, 120].map((timestamp) => ({ timestamp, ...link })));
  await service.forecast();
  for (let minute = 3; minute <= 12; minute++) {
    await time.advance(60);
    service.add({ timestamp: 60 * minute, ...link });
    assertEquals(optimizer.decisions.length, 0);
    await service.forecast();
  }
  // Ten forecasts of 100 met 100: the eleventh has confidence 1.
  assertEquals(optimizer.decisions.map(({ applied }) => applied), [true]);
  assertEquals(optimizer.current(null).streams, 10);
  await time.advance(60);
  service.add({ timestamp: 780, ...link, throughput_mbps: 90 });
  assertEquals(optimizer.effectiveness(), 0.9);
  await service.close();
});
