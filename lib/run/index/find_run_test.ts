import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { basename, dirname, join } from "@std/path";
import { InputError } from "../../numeric/errors.ts";
import { findRun } from "./find_run.ts";
import { writeResult } from "./testing.ts";

const ids = ["abcd00000001", "abcd00000002", "abcd10000000", "1234567890ab"];

/** Runs `action` with a fresh reports folder that holds the runs of `ids`, seeds 0 to 3. */
function withRuns(action: (reports: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const reports = await Deno.makeTempDir();
    ids.forEach((runId, seed) => writeResult(reports, { runId, seed }));
    await action(reports);
    await Deno.remove(reports, { recursive: true });
  };
}

const heard = (message: string) => assertEquals(message, "");

Deno.test(
  "`findRun()` takes an id, a beginning that only one has, and a directory",
  withRuns(async (reports) => {
    const idOf = async (name: string, from = "/") =>
      (await findRun(reports, name, from, heard)).runId;
    for (const id of ids) assertEquals(await idOf(id), id);
    assertEquals([await idOf("1234"), await idOf("abcd1")], ["1234567890ab", "abcd10000000"]);
    assertEquals(await idOf(join(reports, "demo", "quick", ids[1]!)), ids[1]);
    assertEquals(await idOf(`demo/quick/${ids[1]}/`, reports), ids[1]);
    const { directory, experiment, seed, promise } = await findRun(reports, "abcd1", "/", heard);
    assertEquals(directory, join(reports, "demo", "quick", "abcd10000000"));
    assertEquals([experiment, seed, promise], ["demo", 2, "exact"]);
  }),
);

Deno.test(
  "`findRun()` takes a directory from another machine, of any name; an id comes before a path",
  withRuns(async (reports) => {
    const elsewhere = await Deno.makeTempDir();
    writeResult(elsewhere, { seed: 8 }, "theirs");
    writeResult(elsewhere, { seed: 9 }, "1234");
    const seedOf = async (name: string) => (await findRun(reports, name, elsewhere, heard)).seed;
    assertEquals([await seedOf("theirs"), await seedOf("1234"), await seedOf("./1234")], [8, 3, 9]);
    await Deno.remove(elsewhere, { recursive: true });
  }),
);

Deno.test(
  "`findRun()` says what there is when none or several are meant",
  withRuns(async (reports) => {
    const refuses = async (name: string, ...says: string[]) => {
      const error = await assertRejects(() => findRun(reports, name, "/", heard), InputError);
      for (const part of says) assertStringIncludes(error.message, part);
      assertEquals(error.message.includes("\n"), false);
    };
    const quick = join(reports, "demo", "quick");
    await refuses("beef", 'Cannot find run "beef"', "There are 4 of demo;", "the first 4 or more");
    for (const name of ["abc", "", "ABCD1", "0123456789abc", "no/such"]) {
      await refuses(name, name === "" ? "Cannot use /" : `Cannot find run "${name}"`);
    }
    await refuses(
      "abcd",
      'which run "abcd" is: the ids of 3 begin with it',
      `${join(quick, ids[0]!)} (seed 0), ${join(quick, ids[1]!)} (seed 1)`,
      "Give more digits",
    );
    await refuses(quick, `Cannot use ${quick} as a run: it holds no result.json`);
    for (let seed = 10; seed < 20; seed++) writeResult(reports, { seed });
    await refuses("0000", "the ids of 10 begin with it", "and 5 more");
  }),
);

Deno.test("`findRun()` says that nothing has been run", async () => {
  const error = await assertRejects(() => findRun("/no/reports", "beef", "/", heard), InputError);
  assertStringIncludes(error.message, "There is none yet; deno task experiment makes some.");
});

Deno.test(
  "`findRun()` names a damaged result",
  withRuns(async (reports) => {
    const path = writeResult(reports, { runId: ids[0]!, seed: 0 });
    await Deno.writeTextFile(path, "{");
    const skipped: string[] = [];
    const tell = (message: string) => void skipped.push(message);
    await assertRejects(
      () => findRun(reports, basename(dirname(path)), "/", tell),
      InputError,
      "Cannot find run",
    );
    assertEquals(skipped.length, 1);
    await assertRejects(
      () => findRun(reports, dirname(path), "/", tell),
      InputError,
      `Cannot read ${path}: it is not JSON`,
    );
  }),
);
