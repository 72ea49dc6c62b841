import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import type { Forecast } from "./forecast.ts";
import type { Forecaster } from "./forecaster.ts";
import { PredictionService, type ServiceListener } from "./prediction_service.ts";
import { ManualTime, stubForecaster } from "./testing.ts";

const link = { throughput_mbps: 90, rtt_ms: 20, packet_loss: 0, jitter_ms: 2 };
const rows = (...minutes: number[]) =>
  minutes.map((minute) => ({ ...link, timestamp: 60 * minute, rtt_ms: 20 + minute }));

function open(parts: Partial<Forecaster> = {}, listener: ServiceListener = {}) {
  const time = new ManualTime(120);
  const forecaster = stubForecaster(parts);
  return { time, forecaster, service: new PredictionService({ forecaster, time, listener }) };
}

function current(service: PredictionService): Forecast {
  const answer = service.answer();
  assert(answer.ready, answer.ready ? "" : answer.reason);
  return answer.forecast;
}

function waiting(service: PredictionService, says: string, seconds: number): void {
  const answer = service.answer();
  assert(!answer.ready);
  assertStringIncludes(answer.reason, says);
  assertEquals(answer.waitSeconds, seconds);
}

Deno.test("`PredictionService` says what it waits for", async () => {
  const { service, time } = open();
  waiting(service, "needs 3 samples 60 s apart, and 0 came so far", 180);
  service.add(rows(0, 1));
  waiting(service, "2 came so far", 60);
  await time.advance(60 * 10);
  service.add(rows(11, 12));
  assertEquals(service.status().gaps, 1);
  waiting(service, "2 came since the last gap", 60);
  await service.close();
});

Deno.test("`PredictionService` forecasts at every interval from the newest window, and at once at first", async () => {
  const { service, time } = open();
  service.start();
  service.add(rows(0, 1, 2));
  await time.advance(10); // and none twice from one window
  await service.forecast();
  assertEquals(current(service), {
    source: "model",
    reason: null,
    modelVersion: "stub-1",
    madeAt: 120,
    validUntil: 180,
    values: { throughput_mbps: 90, rtt_ms: 22, packet_loss: 0, jitter_ms: 2 },
    confidence: 0.5,
  });
  assertEquals(service.status().forecasts, 1);
  await time.advance(45);
  service.add(rows(3));
  assertEquals(current(service).values.rtt_ms, 22);
  await time.advance(5);
  assertEquals(current(service).values.rtt_ms, 23);
  await service.close();
  assertEquals(time.timers, 0);
});

Deno.test("a forecast expires at the moment it is about", async () => {
  const { service, time } = open({ horizonSeconds: 300 });
  service.add(rows(0, 1, 2));
  await service.forecast();
  await time.advance(299);
  assertEquals(current(service).source, "model");
  await time.advance(1);
  waiting(service, "the last sample is 300 s old", 60);
  await service.forecast(); // nothing to say from samples that old
  assertEquals(service.status().forecasts, 1);
  await service.close();
});

Deno.test("a model that fails or talks nonsense leaves a marked fallback", async () => {
  for (
    const [says, predict] of [
      ["out of memory", () => Promise.reject(new Error("out of memory"))],
      ["NaN", () => Promise.resolve(Float32Array.of(1, 2, NaN, 4))],
      ["4 finite numbers", () => Promise.resolve(Float32Array.of(1))],
      ["nothing", () => Promise.resolve(new Float32Array())],
    ] as const
  ) {
    const failures: unknown[] = [];
    const { service, time } = open({ predict }, { failed: (error) => failures.push(error) });
    service.add(rows(0, 1, 2));
    await service.forecast();
    const { source, reason, values, confidence, validUntil } = current(service);
    assertEquals([source, values.rtt_ms, confidence, validUntil], ["fallback", 22, 0, 180]);
    assertStringIncludes(reason!, "the model failed");
    assertStringIncludes(reason!, says);
    assertEquals([failures.length, service.status().failures], [1, 1]);
    await time.advance(60);
    waiting(service, "the last sample is 60 s old", 60);
    await service.close();
  }
});

Deno.test("a forecast that takes longer than the interval is not queued up behind itself", async () => {
  const { promise, resolve } = Promise.withResolvers<Float32Array>();
  let calls = 0;
  const predict = () => (calls++, promise);
  const { service, time } = open({ predict, horizonSeconds: 900 });
  service.start();
  service.add(rows(0, 1, 2));
  for (const minute of [3, 4, 5]) {
    await time.advance(60);
    service.add(rows(minute));
  }
  assertEquals([calls, current(service).source], [1, "fallback"]);
  resolve(Float32Array.of(1, 2, 3, 4));
  await time.advance(60);
  assertEquals(calls, 2);
  await service.close();
});

Deno.test("another model takes over between two forecasts", async () => {
  const { promise, resolve } = Promise.withResolvers<Float32Array>();
  const { service, forecaster } = open({ predict: () => promise });
  service.add(rows(0, 1, 2));
  const first = service.forecast();
  const swapped = service.swap(stubForecaster({ version: "stub-2" }));
  const second = service.forecast();
  assertEquals([service.model.version, forecaster.closed()], ["stub-1", false]);
  resolve(Float32Array.of(1, 2, 0, 4));
  await first;
  assertEquals(current(service).modelVersion, "stub-1");
  await swapped;
  assertEquals([service.model.version, forecaster.closed()], ["stub-2", true]);
  await second;
  assertEquals([current(service).modelVersion, service.status().models], ["stub-2", 2]);
  await service.close();
});

Deno.test("a model that does not fit is refused and the old one serves on", async () => {
  const { service, forecaster } = open();
  const unfit = stubForecaster({ version: "stub-2", window: 5 });
  await assertRejects(
    () => service.swap(unfit),
    InputError,
    "window rows are 5, the service has 3",
  );
  service.add(rows(0, 1, 2));
  await service.forecast();
  assertEquals([current(service).modelVersion, forecaster.closed()], ["stub-1", false]);
  await service.close();
  assert(forecaster.closed());
});

Deno.test("confidence follows what came, and starts anew with another model", async () => {
  const { service, time } = open();
  const confidences: number[] = [];
  service.add(rows(0, 1, 2).map((row) => ({ ...row, ...link })));
  for (let minute = 3; minute <= 14; minute++) {
    await service.forecast();
    confidences.push(current(service).confidence);
    await time.advance(60);
    service.add({ ...link, timestamp: 60 * minute });
  }
  assertEquals(confidences, [...Array(10).fill(0.5), 1, 1]);
  assertEquals(service.status().calibration.pairs, 12);
  await service.swap(stubForecaster({ version: "stub-2" }));
  await service.forecast();
  assertEquals([current(service).confidence, service.status().calibration.pairs], [0.5, 0]);
  await service.close();
});

Deno.test("a refused batch leaves nothing behind", async () => {
  const { service } = open();
  assertThrows(() => service.add([...rows(0, 1), ...rows(1)]), InputError, "[2].timestamp");
  assertEquals(service.status().samples, 0);
  await service.close();
});

Deno.test("`PredictionService` refuses impossible options", () => {
  const [forecaster, time] = [stubForecaster(), new ManualTime()];
  const make = (options: object) => () => new PredictionService({ forecaster, time, ...options });
  assertThrows(make({ intervalSeconds: 0 }), RangeError, "interval");
  assertThrows(make({ capacity: 2 }), RangeError, "at least the window, 3");
  assertThrows(make({ scored: ["cpu"] }), RangeError, "cpu");
  assertThrows(make({ forecaster: stubForecaster({ window: 0 }) }), InputError, "window");
});
