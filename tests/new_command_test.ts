/** `deno task new`: what it writes is in order and runs at once, and nothing that is there is touched. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newCommand } from "../lib/cli/new_command.ts";
import { runCommand } from "../lib/cli/run_command.ts";
import { root } from "../lib/cli/streams.ts";
import { newExperimentFiles, writeNew } from "../lib/experiment/new/files.ts";
import { type Ended, inProcess, withFolder } from "./command_line.ts";

/** Begins experiments in a folder that looks like a checkout. */
async function begin(folder: string, ...names: string[]): Promise<Ended> {
  for (const place of ["experiments", "tests/targets"]) {
    await Deno.mkdir(join(folder, place), { recursive: true });
  }
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    terminal: false,
  };
  const status = await runCommand((args) => newCommand(args, streams, folder), names, streams);
  return { status, out: out.join("\n"), err: err.join("\n") };
}

/** Names of the files below a folder, sorted. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(join(folder, name)) : [name]
  ).sort();
}

/** The longest name that is allowed: lines are widest with it. */
const longest = `a${"-long".repeat(10)}-names123`;

Deno.test("`new` writes an experiment that is in order, runs, and meets its target", () =>
  withFolder(async (folder) => {
    const ended = await begin(folder, "noisy-wave");
    assertEquals(ended, {
      status: 0,
      out: "experiments/noisy_wave.ts\ntests/targets/noisy_wave_test.ts",
      err: "Try it: deno task experiment noisy-wave",
    });
    assertEquals((await begin(folder, longest)).status, 0);
    await Deno.copyFile(join(root, "deno.json"), join(folder, "deno.json"));
    const file = join(folder, "experiments", "noisy_wave.ts");
    const config = ["--config", join(root, "deno.json")];
    const own = [join(folder, "experiments"), join(folder, "tests")];
    for (
      const args of [
        ["fmt", "--check", ...config, ...own],
        ["lint", ...config, ...own],
        ["check", ...config, file],
      ]
    ) {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root })
        .output();
      assert(success, `${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    }
    const out = join(folder, "reports");
    const run = await inProcess("experiment", file, "--backend", "wasm", "--out", out, "--json");
    assertEquals(run.status, 0, run.err);
    const [{ verdict, targets, claims }] = JSON.parse(run.out);
    assertEquals(
      [verdict, targets.length, claims.map(({ verdict }: { verdict: string }) => verdict)],
      ["pass", 1, ["refuted"]],
    );
    const test = await Deno.readTextFile(join(folder, "tests/targets/noisy_wave_test.ts"));
    assertMatch(test, /^testTargets\("noisy-wave", \{ recorded: false \}\);$/m);
  }));

Deno.test("`new` refuses what cannot be a name, and writes nothing", () =>
  withFolder(async (folder) => {
    const refuses = async (names: string[], ...says: string[]) => {
      const { status, out, err } = await begin(folder, ...names);
      assertEquals([status, out, filesIn(folder)], [2, "", []], err);
      for (const part of says) assertStringIncludes(err.replaceAll("\n", " "), part);
    };
    await refuses([], "Cannot begin 0 experiments");
    await refuses(["a", "b"], "Cannot begin 2 experiments");
    await refuses(["Noisy_Wave"], 'experiment "Noisy_Wave"', "Perhaps noisy-wave?");
    await refuses(["noisyWave"], "Perhaps noisy-wave?");
    await refuses(["../up"], "Perhaps up?");
    await refuses(["2nd"], "begins with a letter");
    await refuses(["every-experiment"], 'is not "every-experiment"');
    await refuses([`${longest}-more`], "60 characters at most");
    await refuses(["--name", "x"], "no option");
  }));

Deno.test("`new` leaves a file that is there, and writes all or nothing", () =>
  withFolder(async (folder) => {
    await begin(folder);
    const test = join(folder, "tests", "targets", "noisy_wave_test.ts");
    await Deno.writeTextFile(test, "// mine\n");
    const { status, err } = await begin(folder, "noisy-wave");
    assertEquals(status, 2);
    assertStringIncludes(err.replaceAll("\n", " "), "it is there already, and stays as it is");
    assertEquals(filesIn(folder), ["noisy_wave_test.ts"]);
    assertEquals(await Deno.readTextFile(test), "// mine\n");
    await Deno.remove(join(folder, "tests"), { recursive: true });
    let told = "";
    await writeNew(folder, await newExperimentFiles("noisy-wave")).catch(({ message }) => {
      told = message;
    });
    assertStringIncludes(told, "Nothing was written");
    assertEquals(filesIn(folder), []);
  }));

Deno.test("`new` refuses the name of an experiment that has another file", async () => {
  const { status, err } = await inProcess("new", "bandwidth-predictor");
  assertEquals(status, 2);
  assertStringIncludes(err.replaceAll("\n", " "), "is called so. Names are unique");
});
