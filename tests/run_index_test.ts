/** `list` with its index: kept between processes, shared by two at once, done without where it cannot be. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { idOf, replaceUnseen, writeResult } from "../lib/run/index/testing.ts";
import { asProcess, type Ended, taskArguments } from "./command_line.ts";

const experiment = "bandwidth-predictor";

/** Runs `action` with a fresh reports folder that holds runs of the seeds 1 to `runs`. */
async function withRuns(runs: number, action: (out: string) => Promise<void>): Promise<void> {
  const out = await Deno.makeTempDir();
  try {
    for (let seed = 1; seed <= runs; seed++) writeResult(out, { experiment, seed });
    await action(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** Lists these seeds' runs, and has nothing else to say. */
function assertLists({ status, out, err }: Ended, runs: number): void {
  assertEquals([status, err], [0, ""]);
  const listed = JSON.parse(out) as { name: string; runs: unknown[] }[];
  assertEquals(
    listed.find(({ name }) => name === experiment)!.runs,
    Array.from({ length: runs }, (_, i) => ({
      profile: "quick",
      seed: i + 1,
      runId: idOf(i + 1),
      backend: "wasm",
    })),
  );
}

const list = (out: string, writable = out) => asProcess(writable, ["list", "--json"], { out });
const fileOf = (out: string, seed: number) =>
  join(out, experiment, "quick", idOf(seed), "result.json");

Deno.test("`list` reads each result once over several processes, and a damaged one is named", () =>
  withRuns(3, async (out) => {
    assertLists(await list(out), 3);
    replaceUnseen(fileOf(out, 1), "unread");
    assertLists(await list(out), 3);
    await Deno.writeTextFile(fileOf(out, 3), "{");
    const { status, err } = await list(out);
    assertEquals(status, 0);
    assertStringIncludes(err, `Cannot read ${fileOf(out, 3)}: it is not JSON`);
    await Deno.remove(join(out, experiment, "quick", idOf(3)), { recursive: true });
    assertLists(await list(out), 2);
  }));

Deno.test("two `list` at once answer alike, when both build the index and when both renew it", () =>
  withRuns(500, async (out) => {
    for (const ended of await Promise.all([list(out), list(out)])) assertLists(ended, 500);
    writeResult(out, { experiment, seed: 501 });
    for (const ended of await Promise.all([list(out), list(out)])) assertLists(ended, 501);
    replaceUnseen(fileOf(out, 1), "unread");
    assertLists(await list(out), 501);
  }));

Deno.test("`list` answers where the task may not write", () =>
  withRuns(2, async (out) => {
    const other = await Deno.makeTempDir();
    assertLists(await list(out, other), 2);
    await Deno.remove(other);
    assertEquals([...Deno.readDirSync(out)].map(({ name }) => name), [experiment]);
  }));

/** Runs `list` after a script in a mount namespace of its own; in it, `"$0"` is `folder`. */
async function listAfter(script: string, folder: string, ...rest: string[]): Promise<Ended> {
  const deno = [Deno.execPath(), ...await taskArguments("list", folder)];
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: [
      ...["--map-root-user", "--mount", "sh", "-c", `${script} && shift ${rest.length} && "$@"`],
      ...[folder, ...rest, ...deno, "--json", "--out", folder],
    ],
    cwd: root,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { status: code, out: out!, err: err! };
}

Deno.test("`list` answers on a read-only file system, with an old index and without one", () =>
  withRuns(2, async (out) => {
    const readOnly = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"';
    assertLists(await listAfter(readOnly, out), 2);
    assertEquals([...Deno.readDirSync(out)].map(({ name }) => name), [experiment]);
    assertLists(await list(out), 2);
    writeResult(out, { experiment, seed: 3 });
    assertLists(await listAfter(readOnly, out), 3);
  }));

Deno.test("`list` answers on a full disk", () =>
  withRuns(2, async (out) => {
    const small = await Deno.makeTempDir();
    const full = 'mount -t tmpfs -o size=64k none "$0" && cp -r "$1" "$0" && ' +
      '! cat /dev/zero > "$0/rest" 2> /dev/null';
    assertLists(await listAfter(full, small, join(out, experiment)), 2);
    await Deno.remove(small);
  }));
