import { assertStringIncludes, assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { checkSpacing } from "./spacing.ts";

function refusal(...timestamps: number[]): string {
  const check = () =>
    checkSpacing(Float64Array.from(timestamps), { stepSeconds: 60, source: "a.csv", column: "t" });
  return assertThrows(check, InputError).message;
}

Deno.test("`checkSpacing()` accepts a regular clock of any length", () => {
  const clock = (n: number, step: number) =>
    Float64Array.from({ length: n }, (_, i) => 1.7e9 + i * step);
  for (const n of [0, 1, 2, 1000]) checkSpacing(clock(n, 60), { stepSeconds: 60 });
  checkSpacing(clock(1000, 0.1), { stepSeconds: 0.1 });
});

Deno.test("`checkSpacing()` names the row that is out of order, repeated or too far", () => {
  assertStringIncludes(
    refusal(0, 60, 30),
    'a.csv as a regular series: row 3, column "t", goes back in time, from 60 to 30',
  );
  assertStringIncludes(refusal(0, 60, 120, 120), "row 4");
  assertStringIncludes(refusal(0, 60, 60), "repeats the row before (60)");
  assertStringIncludes(refusal(0, 90), "row 2");
  assertStringIncludes(refusal(0, 60, 180), "lies 120 s after the row before (60 to 180)");
  assertStringIncludes(refusal(0, 60, 119), "lies 59 s");
  assertStringIncludes(refusal(0, NaN), "row 2");
});

Deno.test("`checkSpacing()` counts rows from where the caller says", () => {
  const options = { stepSeconds: 60, firstRow: 101 };
  assertThrows(() => checkSpacing(Float64Array.of(0, 1), options), InputError, "row 102");
  assertThrows(() => checkSpacing(Float64Array.of(0), { stepSeconds: 0 }), RangeError, "step is 0");
});
