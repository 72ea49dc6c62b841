import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ForecastHistory } from "./forecast_history.ts";

const options = { scored: ["x"], toleranceSeconds: 30 };

function forecast(validUntil: number, x: number, modelVersion = "a", confidence = 0.5) {
  const made = { source: "model", reason: null, modelVersion, madeAt: validUntil - 900 } as const;
  return { ...made, validUntil, values: { x }, confidence };
}

Deno.test("`ForecastHistory` matches at the real horizon, each pair once", () => {
  const history = new ForecastHistory(options);
  for (const minute of [15, 16, 17]) history.add(forecast(60 * minute, minute));
  assertEquals(history.observe(60, { x: 1 }), []);
  assertEquals(history.observe(869, { x: 1 }), []);
  assertEquals(history.observe(871, { x: 10 }).map(({ error }) => error), [0.5]);
  assertEquals(history.observe(929, { x: 10 }), []);
  assertEquals(history.observe(985, { x: 16 }).map(({ error }) => error), [0]);
  assertEquals(history.calibration("a").pairs, 2);
});

Deno.test("`ForecastHistory` leaves unmatched what no sample came for", () => {
  const history = new ForecastHistory(options);
  for (const minute of [15, 16, 17]) history.add(forecast(60 * minute, minute));
  assertEquals(history.observe(1020, { x: 17 }).map(({ forecast }) => forecast.validUntil), [1020]);
  assertEquals(history.observe(1080, { x: 1 }), []);
});

Deno.test("`ForecastHistory` keeps 1,000 forecasts and matches none that it dropped", () => {
  const history = new ForecastHistory(options);
  for (let i = 0; i < 2500; i++) history.add(forecast(60 * i, 1));
  assertEquals(history.size, 1000);
  assertEquals(history.observe(60 * 1499, { x: 1 }), []);
  for (let i = 1500; i < 2500; i++) assertEquals(history.observe(60 * i, { x: 1 }).length, 1);
  assertEquals(history.calibration("a").pairs, 1000);
});

Deno.test("`ForecastHistory` guards actuals of zero", () => {
  const history = new ForecastHistory({ ...options, scored: ["x", "y"] });
  history.add({ ...forecast(60, 11), values: { x: 11, y: 3 } });
  history.add({ ...forecast(120, 11), values: { x: 11, y: 3 } });
  assertAlmostEquals(history.observe(60, { x: 10, y: 0 })[0]!.error!, 0.1);
  assertEquals(history.observe(120, { x: 0, y: 0 })[0]!.error, null);
  assertEquals(history.calibration("a").pairs, 1);
});

Deno.test("`confidence` comes from the last 20 errors of the model's own, from 10 on", () => {
  const history = new ForecastHistory(options);
  const pair = (minute: number, x: number, version = "a") => {
    history.add(forecast(60 * minute, x, version));
    history.observe(60 * minute, { x: 100 });
  };
  for (let minute = 0; minute < 9; minute++) pair(minute, 200);
  assertEquals(history.confidence("a"), 0.5);
  pair(9, 200);
  assertEquals(history.confidence("a"), 0);
  for (let minute = 10; minute < 30; minute++) pair(minute, 105);
  assertAlmostEquals(history.confidence("a"), 0.75);
  for (let minute = 30; minute < 39; minute++) pair(minute, 100, "b");
  assertEquals(history.confidence("b"), 0.5);
});

Deno.test("`calibration` sets stated beside deserved confidence", () => {
  const history = new ForecastHistory(options);
  assertEquals(history.calibration("a").meanError, null);
  history.add(forecast(60, 110, "a", 0.9));
  history.add(forecast(120, 130, "a", 0.7));
  history.observe(60, { x: 100 });
  history.observe(120, { x: 100 });
  const { pairs, meanError, statedConfidence, deservedConfidence } = history.calibration("a");
  assertEquals(pairs, 2);
  assertAlmostEquals(meanError!, 0.2);
  assertAlmostEquals(statedConfidence!, 0.8);
  assertAlmostEquals(deservedConfidence!, 0.25); // 0.5 and 0, not what the mean error would get
});
