import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "assay";
import { handTrace, type Invocation } from "../../data/serverless/fleet/testing.ts";
import { splitFleet } from "./fleet.ts";

/** One function, once in each of these hours. */
function inHours(...hours: readonly number[]) {
  return handTrace([{}], hours.map((hour): Invocation => [0, 3600 * hour + 60, 1]));
}

const hundred = Array.from({ length: 100 }, (_, hour) => hour);

Deno.test("`splitFleet()` counts from the first use, and days of the week from a Sunday", () => {
  const week = 7 * 24;
  const later = hundred.map((hour) => 2000 * week + 30 + hour);
  const { parts, hours } = splitFleet(inHours(...later));
  assertEquals(parts, { train: [0, 100], validation: [100, 115], test: [115, 130] });
  assertEquals(hours.hour[0], 30);
});

Deno.test("`splitFleet()` puts every invocation into one part", () => {
  const { episodes } = splitFleet(inHours(...hundred));
  const counts = Object.values(episodes).map((part) =>
    part.reduce((sum, { from, to }) => sum + to - from, 0)
  );
  assertEquals(counts, [70, 15, 15]);
});

Deno.test("`splitFleet()` refuses what leaves a part without invocations", () => {
  const cases = [
    [inHours(5), "span of 1 h", "train"],
    [inHours(0, 1), "span of 2 h", "validation"],
    [inHours(0, 50, 99), "span of 100 h", "validation"],
  ] as const;
  for (const [trace, hours, part] of cases) {
    const error = assertThrows(() => splitFleet(trace), InputError);
    assertEquals([error.message.includes(hours), error.message.includes(`the ${part} part`)], [
      true,
      true,
    ], error.message);
  }
});

Deno.test("`splitFleet()` refuses more hours than can be counted", () => {
  assertThrows(() => splitFleet(inHours(0, 70_000)), InputError, "70001 hours");
});
