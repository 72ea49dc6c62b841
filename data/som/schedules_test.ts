import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { DROP_SCHEDULES, GROWTH_SCHEDULES, scheduleValue } from "./schedules.ts";

const counts = [1, 2, 3, 9, 10, 11, 19, 100, 1037];

for (const schedule of [...DROP_SCHEDULES, ...GROWTH_SCHEDULES.slice(1)]) {
  const drop = (DROP_SCHEDULES as readonly string[]).includes(schedule);
  const [from, to] = drop ? [0.7, 0.03] : [0.1, 4.3];

  Deno.test(`\`scheduleValue()\`: ${schedule} starts and ends where it says and never goes back`, () => {
    for (const steepness of [0, 1, 5, 30, 1000]) {
      const course = { schedule, from, to, steepness };
      for (const iterations of counts) {
        const values = Array.from(
          { length: iterations },
          (_, t) => scheduleValue(course, t, iterations),
        );
        assertEquals(values[0], from);
        const [lowest, highest] = [Math.min(from, to), Math.max(from, to)];
        values.forEach((value, t) => {
          assert(value >= lowest && value <= highest, `${iterations} ${t}: ${value}`);
          const before = values[t - 1] ?? from;
          assert(drop ? value <= before : value >= before, `${iterations} ${t}: ${value}`);
        });
        const last = values.at(-1)!;
        if (schedule === "static" || iterations === 1) assertEquals(last, from);
        else if (schedule !== "step-down") assertEquals(last, to);
        else if (iterations >= 10) assertAlmostEquals(last, Math.max(to, from * 0.7 ** 9));
        else assertAlmostEquals(last, Math.max(to, from * 0.7 ** (iterations - 1)));
      }
    }
  });
}

Deno.test("`scheduleValue()` bends as its formula does", () => {
  const at = (schedule: "exp-drop" | "exp-growth" | "log-drop" | "log-growth", t: number) =>
    scheduleValue({ schedule, from: 2, to: 1, steepness: 5 }, t, 101);
  const e = Math.exp;
  assertAlmostEquals(at("exp-drop", 30), 2 - (1 - e(-1.5)) / (1 - e(-5)), 1e-14);
  assertAlmostEquals(at("exp-growth", 30), 2 - (e(1.5) - 1) / (e(5) - 1), 1e-14);
  for (const schedule of ["log-drop", "log-growth"] as const) {
    assertAlmostEquals(at(schedule, 30), 2 - Math.log(151) / Math.log(501), 1e-14);
  }
});

Deno.test("`scheduleValue()`: step-down stops at its last value", () => {
  const course = { schedule: "step-down", from: 1, to: 0.5, steepness: 0 } as const;
  assertEquals([0, 9, 10, 20, 99].map((t) => scheduleValue(course, t, 100)), [
    1,
    1,
    0.7,
    0.5,
    0.5,
  ]);
});
