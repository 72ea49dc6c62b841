/** Signals to a command with runs in processes of their own, and to these: nothing is lost, nobody is left. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { root } from "../lib/cli/streams.ts";
import { asProcess, inProcess, startProcess, taskArguments, withFolder } from "./command_line.ts";
import { Listener } from "./listener.ts";
import {
  checkpoints,
  computed,
  ends,
  flat,
  logged,
  processOf,
  released,
  runIds,
  slowly,
} from "./pool_runs.ts";

/** What the walk comes to when nothing ends badly, without a second process. */
let made: Promise<string> | undefined;
const expected = () =>
  made ??= withFolder(async (out) => {
    const { status, out: text, err } = await inProcess(
      ...ends("--set", "steps=8", "--json", "--out", out),
    );
    assertEquals(status, 0, err);
    return text;
  });

Deno.test("a process that is killed leaves the others; the signal is told, the command again goes on", () =>
  withFolder(async (out) => {
    const words: typeof slowly = [...slowly, "--checkpoint-steps", "1"];
    const listener = new Listener(await startProcess(out, words, "piped"));
    await listener.hears("seed 1 · step 3");
    Deno.kill(await processOf(out, 1), "SIGKILL");
    assertEquals(await listener.status(), 1, listener.text);
    assertStringIncludes(
      flat(listener.text),
      "failed: its process was ended by SIGKILL, as systems do when memory runs out. It last said: " +
        "seed 1 · step 3. Its log: ",
    );
    assertEquals(runIds(out).length, 1);
    const again = await asProcess(out, [...words, "--json"]);
    assertEquals([again.status, computed(again)], [0, 1], again.err);
    assertStringIncludes(again.err, "continues after step 2");
    assertEquals(JSON.parse(again.out)[0].runs.length, 2);
  }));

Deno.test("SIGINT and SIGTERM reach all processes: checkpoints, 130 and 143, and the same end at last", async () => {
  const whole = await expected();
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    await withFolder(async (out) => {
      const listener = new Listener(await startProcess(out, slowly, "piped"));
      await listener.hears("seed 1 · step 2");
      await listener.hears("seed 2 · step 2");
      listener.child.kill(signal);
      assertEquals(await listener.status(), status, listener.text);
      assertStringIncludes(flat(listener.text), `Stopped by ${signal}. Give the command again`);
      assertEquals((await checkpoints(out)).length, 2, listener.text);
      await released(out);
      const { status: ended, out: text, err } = await asProcess(out, [...slowly, "--json"]);
      assertEquals(ended, 0, err);
      assertEquals(err.match(/walk (continues after step \d|is complete\.)/g)?.length, 2, err);
      assertEquals(metrics(text), metrics(whole));
    });
  }
});

/** Digests by seed: what is the same whatever the pauses. */
function metrics(text: string): unknown {
  const [{ runs }] = JSON.parse(text);
  return runs.map(({ seed, digests }: Record<string, unknown>) => [seed, digests]);
}

Deno.test("a signal to the whole group, as a terminal sends it, is one signal", () =>
  withFolder(async (out) => {
    const deno = [Deno.execPath(), ...await taskArguments("experiment", out)];
    const child = new Deno.Command("setsid", {
      args: [...deno, ...slowly.slice(1), "--set", "steps=1000", "--out", out],
      cwd: root,
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const listener = new Listener(child);
    await listener.hears("seed 1 · step 2");
    await listener.hears("seed 2 · step 2");
    // The group is named after its first process.
    Deno.kill(-child.pid, "SIGINT");
    assertEquals(await listener.status(), 130, listener.text);
    assertEquals((await checkpoints(out)).length, 2, listener.text);
  }));

Deno.test("a second signal ends all processes at once", () =>
  withFolder(async (out) => {
    const endless = ends("--set", "pause=60000");
    const listener = new Listener(await startProcess(out, endless, "piped"));
    await listener.hears("seed 1 · step 1");
    await listener.hears("seed 2 · step 1");
    listener.child.kill("SIGINT");
    await listener.hears("a second signal ends them at once");
    listener.child.kill("SIGINT");
    assertEquals(await listener.status(), 130, listener.text);
    await released(out);
    assertEquals(await checkpoints(out), []);
  }));

Deno.test("processes whose starter is killed end after a checkpoint", () =>
  withFolder(async (out) => {
    const listener = new Listener(
      await startProcess(out, [...slowly, "--set", "steps=1000"], "piped"),
    );
    await listener.hears("seed 1 · step 2");
    await listener.hears("seed 2 · step 2");
    listener.child.kill("SIGKILL");
    assertEquals(await listener.status(), 137);
    await logged(out, "Stopped by SIGTERM");
    assertEquals((await checkpoints(out)).length, 2);
  }));

Deno.test("a process stopped by SIGTERM saves a checkpoint and leaves the others", () =>
  withFolder(async (out) => {
    const listener = new Listener(await startProcess(out, slowly, "piped"));
    await listener.hears("seed 1 · step 2");
    Deno.kill(await processOf(out, 1), "SIGTERM");
    assertEquals(await listener.status(), 1, listener.text);
    assertStringIncludes(
      flat(listener.text),
      "its process was stopped by SIGTERM; the same command goes on",
    );
    assertEquals(runIds(out).length, 1);
    assert((await checkpoints(out)).some((path) => path.includes(".partial/")));
  }));
