import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/numeric/errors.ts";
import { cases } from "./cases.ts";
import { parseOptions } from "./options.ts";
import { systemNames } from "./systems.ts";

Deno.test("`parseOptions()` takes everything by default", () => {
  const options = parseOptions([]);
  assertEquals(options.cases, cases);
  assertEquals(options.systems, systemNames);
  assertEquals([options.backend, options.seconds], ["wasm", 2]);
  assertEquals([options.json, options.write, options.help], [false, false, false]);
});

Deno.test("`parseOptions()` reads lists, in the bench's order", () => {
  const options = parseOptions(
    ["--only", "mlp-dqn,lstm-h64", "--only=lstm-h128", "--system", "torch,assay", "--json"]
      .concat("--seconds", ".5", "--backend", "webgpu"),
  );
  assertEquals(options.cases.map(({ name }) => name), ["lstm-h64", "lstm-h128", "mlp-dqn"]);
  assertEquals(options.systems, ["assay", "torch"]);
  assertEquals([options.backend, options.seconds, options.json], ["webgpu", 0.5, true]);
});

Deno.test("`parseOptions()` refuses what it does not know, with what there is", () => {
  const refused = (...args: string[]) => assertThrows(() => parseOptions(args), InputError).message;
  assert(refused("--only", "lstm-64").includes('Did you mean "lstm-h64"?'));
  assert(refused("--system", "pytorch").includes("assay, tfjs, torch, jax-js"));
  assert(refused("--backend", "cpu").includes("wasm, webgpu"));
  for (const bad of ["0", "-1", "many", "601", "1e9"]) {
    assert(refused(`--seconds=${bad}`).includes(`--seconds "${bad}"`), bad);
  }
  assert(refused("--fast").includes('no option "--fast"'));
});

Deno.test("`parseOptions()` refuses to write a part of the results", () => {
  assert(parseOptions(["--write"]).write);
  for (const part of [["--only", "mlp-dqn"], ["--system", "assay"]]) {
    assertThrows(() => parseOptions(["--write", ...part]), InputError, "a part of the results");
  }
});
