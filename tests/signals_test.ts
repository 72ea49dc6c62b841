/** Signals end a run in order: the step finished, a checkpoint written; a second one ends it at once. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { asProcess, inProcess, startProcess, withFolder } from "./command_line.ts";
import { filesOf } from "./interrupted_runs.ts";
import { Listener } from "./listener.ts";

const experiment = join(root, "tests", "testdata", "slow_steps.ts");

const slow = (...set: string[]): [string, ...string[]] => [
  "experiment",
  experiment,
  "--backend",
  "wasm",
  ...set.flatMap((value) => ["--set", value]),
];

const checkpointsUnder = async (out: string) =>
  Object.keys(await filesOf(out)).filter((path) => path.includes("checkpoint-walk-"));

async function endOf(out: string): Promise<number> {
  const files = await filesOf(out);
  const result = Object.keys(files).find((path) => /\/[0-9a-f]{12}\/result.json$/.test(path));
  return JSON.parse(new TextDecoder().decode(files[result!]!)).metrics.end;
}

Deno.test("SIGINT and SIGTERM finish the step and save; the command again ends with the same number", async () => {
  const expected = await withFolder(async (out) => {
    const { status, err } = await inProcess(...slow(), "--out", out);
    assertEquals(status, 0, err);
    return await endOf(out);
  });
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    await withFolder(async (out) => {
      const listener = new Listener(await startProcess(out, slow("pause=200"), "piped"));
      await listener.hears("step 2");
      listener.child.kill(signal);
      assertEquals(await listener.status(), status, listener.text);
      assertStringIncludes(
        listener.text.replaceAll("\n", " "),
        `Stopped by ${signal}. Give the command again`,
      );
      assertEquals((await checkpointsUnder(out)).length, 1);
      const { err } = await asProcess(out, slow("pause=200"));
      assertStringIncludes(err, "continues after step 2");
      assertEquals(err.includes("step 1\n"), false);
      assertEquals(await endOf(out), expected);
    });
  }
});

Deno.test("a second signal, and one outside a loop, end the process at once", () =>
  withFolder(async (out) => {
    const within = new Listener(await startProcess(out, slow("pause=60000"), "piped"));
    await within.hears("step 1");
    within.child.kill("SIGINT");
    // It is heard and waits for the step.
    const waiting = new Promise((resolve) => setTimeout(resolve, 300, "waits"));
    assertEquals(await Promise.race([within.child.status, waiting]), "waits");
    within.child.kill("SIGINT");
    assertEquals(await within.status(), 130, within.text);
    assertStringIncludes(within.text, "Stopped; what was complete is kept.");
    const before = new Listener(await startProcess(out, slow("before=60000"), "piped"));
    await before.hears("before the walk");
    before.child.kill("SIGTERM");
    assertEquals(await before.status(), 143, before.text);
  }));
