import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { integerOption, parseArguments } from "./arguments.ts";

const spec = { flags: ["json"], values: ["out"], lists: ["set"], usage: "Usage: x", names: true };

Deno.test("`parseArguments()` reads flags, values, repeated values and names", () => {
  const parsed = parseArguments("x", [
    "a",
    "--json",
    "--set",
    "k=1",
    "--out=d",
    "--set",
    "l=-2",
    "b",
  ], spec);
  assertEquals(parsed.positional, ["a", "b"]);
  assertEquals([parsed.flag("json"), parsed.value("out")], [true, "d"]);
  assertEquals(parsed.list("set"), ["k=1", "l=-2"]);
  const empty = parseArguments("x", [], spec);
  assertEquals([empty.flag("json"), empty.value("out"), empty.list("set")], [false, undefined, []]);
});

Deno.test("`parseArguments()` leaves names of digits as they are", () => {
  const ids = ["012345678901", "1234567890e1"];
  assertEquals(parseArguments("x", ids, spec).positional, ids);
});

Deno.test("`parseArguments()` refuses unknown options, missing values and stray names", () => {
  assertThrows(() => parseArguments("x", ["--jsn"], spec), InputError, 'Did you mean "--json"?');
  assertThrows(() => parseArguments("x", ["--out"], spec), InputError, "--out needs a value");
  assertThrows(
    () => parseArguments("x", ["a"], { ...spec, names: false }),
    InputError,
    'found "a"',
  );
});

Deno.test("`integerOption()` accepts whole numbers from the minimum only", () => {
  assertEquals(integerOption("seeds", "3", 1), 3);
  for (const bad of ["0", "1.5", "-1", "1e3", "", "9007199254740993"]) {
    assertThrows(() => integerOption("seeds", bad, 1), InputError, "whole number of at least 1");
  }
});
