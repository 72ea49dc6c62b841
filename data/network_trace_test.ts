import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { digestArrays, rootKey, sha256Hex, type TypedArray } from "assay";
import {
  baseThroughput,
  type NetworkTrace,
  networkTrace,
  TRACE_COLUMNS,
  TRACE_STARTS,
  type TracePreset,
} from "./network_trace.ts";

const PRESETS: readonly TracePreset[] = ["v1", "lownoise", "v2"];

/** Digest of all columns, text included. */
function digest({ columns }: NetworkTrace): string {
  const arrays: Record<string, TypedArray> = {};
  let text = "";
  for (const [name, column] of Object.entries(columns)) {
    if (column instanceof Float64Array) arrays[name] = column;
    else text += `${name}\n${column.join("\n")}\n`;
  }
  return sha256Hex(digestArrays(arrays) + sha256Hex(text));
}

Deno.test("`networkTrace()` has the 22 columns in order, all of one length, all finite", () => {
  for (const preset of PRESETS) {
    const { columns, rows } = networkTrace(rootKey(1), { preset, rows: 101 });
    assertEquals(Object.keys(columns), [...TRACE_COLUMNS]);
    assertEquals(rows, 101);
    for (const [name, column] of Object.entries(columns)) {
      assertEquals(column.length, 101, name);
      if (column instanceof Float64Array) assert(column.every(Number.isFinite), name);
      else assert(column.every((word: string) => typeof word === "string" && word !== ""), name);
    }
    assertEquals(columns.bandwidth_mbps, columns.throughput_mbps);
    assertEquals(columns.latency_ms, columns.rtt_ms);
  }
});

Deno.test("`networkTrace()` gives the bits on record, twice, and others for another key", () => {
  const golden: Record<TracePreset, string> = {
    v1: "ab74ac5608bcd0aecbf9f0bb7bf15d0689134cc47c68c728076b75f66d5bc142",
    lownoise: "8fc78208f9b053dd9feaba3007dc05faf4d9e124c715398f47b68d41a1342645",
    v2: "2c82c34a554dc01ee3d32200292d348a25698f50d7cceb6c3a597ae2ddf3f050",
  };
  for (const preset of PRESETS) {
    const trace = networkTrace(rootKey(42).key("data"), { preset, rows: 15_000 });
    assertEquals(digest(trace), golden[preset], preset);
    const short = digest(networkTrace(rootKey(42).key("data"), { preset, rows: 50 }));
    assertEquals(digest(networkTrace(rootKey(42).key("data"), { preset, rows: 50 })), short);
    assertNotEquals(digest(networkTrace(rootKey(43).key("data"), { preset, rows: 50 })), short);
  }
});

Deno.test("`networkTrace()` begins a longer trace with a shorter one", () => {
  for (const preset of PRESETS) {
    const long = networkTrace(rootKey(3), { preset, rows: 333 }).columns;
    const short = networkTrace(rootKey(3), { preset, rows: 100 }).columns;
    for (const name of TRACE_COLUMNS) assertEquals(long[name].slice(0, 100), short[name], name);
  }
});

Deno.test("`networkTrace()` starts v1 on a Monday at 22:54 and v2 on a Wednesday at 16:00, UTC", () => {
  assertEquals(new Date(1000 * TRACE_STARTS.v1).toISOString(), "2025-11-03T22:54:00.000Z");
  assertEquals(new Date(1000 * TRACE_STARTS.v2).toISOString(), "2025-11-05T16:00:00.000Z");
  const v1 = networkTrace(rootKey(1), { preset: "v1", rows: 1600 }).columns;
  assertEquals([v1.time_of_day[0], v1.day_of_week[0]], [22, 0]);
  assertEquals([v1.time_of_day[5], v1.time_of_day[6]], [22, 23]);
  assertEquals([v1.time_of_day[66], v1.day_of_week[65], v1.day_of_week[66]], [0, 0, 1]);
  assertEquals(v1.timestamp[1599]! - v1.timestamp[0]!, 60 * 1599);
  const v2 = networkTrace(rootKey(1), { preset: "v2", rows: 1600 }).columns;
  assertEquals([v2.time_of_day[0], v2.day_of_week[0], v2.time_of_day[30]], [16, 2, 16.5]);
  for (const row of [0, 777, 1599]) {
    const date = new Date(1000 * v2.timestamp[row]!);
    assertEquals(v2.time_of_day[row], date.getUTCHours() + date.getUTCMinutes() / 60);
    assertEquals(v2.day_of_week[row], (date.getUTCDay() + 6) % 7);
  }
});

Deno.test("`networkTrace()` follows the clock from any start", () => {
  // Sunday 4 January 1970, 23:59, and the Monday after it.
  const { columns } = networkTrace(rootKey(1), { preset: "v1", rows: 2, start: 345_540 });
  assertEquals([...columns.day_of_week], [6, 0]);
  assertEquals([...columns.time_of_day], [23, 0]);
  // The draws stay: only the level moves with the clock.
  const early = networkTrace(rootKey(1), { preset: "lownoise", rows: 2, start: 345_540 }).columns;
  const late = networkTrace(rootKey(1), { preset: "lownoise", rows: 2, start: 345_600 }).columns;
  const noise = (c: typeof early, i: number, h: number, d: number) =>
    c.throughput_mbps[i]! - baseThroughput(h, d);
  assertAlmostEquals(noise(early, 1, 0, 0), noise(late, 1, 0, 0), 1e-9);
  assertAlmostEquals(noise(early, 0, 23, 6), noise(late, 0, 0, 0), 1e-9);
});

Deno.test("`networkTrace()` splits v2 so that training has a full week and testing a weekend", () => {
  const { day_of_week: days, timestamp } =
    networkTrace(rootKey(1), { preset: "v2", rows: 15_000 }).columns;
  // Windows of 20 at horizon 15: 14,966; validation and test 2,244 each.
  const train = 14_966 - 2 * 2244;
  assert(timestamp[train]! - timestamp[0]! >= 7 * 86_400);
  const test = days.slice(train + 2244 + 34);
  assertEquals(test.length, 2244);
  assertEquals([...new Set(test)], [4, 5, 6]);
});

Deno.test("`networkTrace()` refuses rows, starts, names and options that it cannot use", () => {
  const attempt = (options: Record<string, unknown>) => () =>
    networkTrace(rootKey(1), { preset: "v2", rows: 10, ...options } as never);
  assertThrows(attempt({ rows: 0 }), RangeError, "0 rows");
  assertThrows(attempt({ rows: 1.5 }), RangeError, "1.5 rows");
  assertThrows(attempt({ start: 30 }), RangeError, "second 30");
  assertThrows(attempt({ start: -60 }), RangeError, "second -60");
  assertThrows(attempt({ preset: "v3" }), RangeError, "v1, lownoise, v2");
  assertThrows(attempt({ link: "lan" }), RangeError, "dc, metro, wan");
  assertThrows(attempt({ tier: "Gold" }), RangeError, "Premium, Standard, Economy");
  assertThrows(attempt({ preset: "v1", link: "wan" }), RangeError, 'option "link"');
});
