/** Runs that are killed, stopped or damaged go on, and end with the bits of a run that was left alone. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { integers } from "../lib/random/distributions.ts";
import { rootKey } from "../lib/random/key.ts";
import { namesIn } from "../lib/run/files.ts";
import { asProcess, type Ended, startProcess } from "./command_line.ts";

const experiment = join(root, "tests", "testdata", "interrupted.ts");

/** The command of all tests here: a checkpoint after every step. */
const command = (backend: string): [string, ...string[]] => [
  "experiment",
  experiment,
  "--backend",
  backend,
  "--checkpoint-steps",
  "1",
];

const folderOf = (out: string) => join(out, "interrupted", "quick");
const entries = (folder: string) => namesIn(folder, () => true);
const partialOf = (out: string) => entries(folderOf(out)).find((name) => name.endsWith(".partial"));

/** All that a complete run says, but how long it took and when: texts and bytes by file. */
async function contents(out: string): Promise<Record<string, string>> {
  const [id] = entries(folderOf(out)).filter((name) => /^[0-9a-f]{12}$/.test(name));
  const read = async (path: string) =>
    new TextDecoder("latin1").decode(await Deno.readFile(join(folderOf(out), id!, path)));
  const files = ["events.jsonl", ...await models(join(folderOf(out), id!))];
  const { seconds: _, ...result } = JSON.parse(await read("result.json"));
  const read_ = await Promise.all(files.map(async (file) => [file, await read(file)] as const));
  return { result: JSON.stringify(result), ...Object.fromEntries(read_) };
}

async function models(folder: string): Promise<string[]> {
  const sums = await Deno.readTextFile(join(folder, "SHA256SUMS"));
  return sums.split("\n").map((line) => line.slice(66))
    .filter((path) => /^(model|history)\//.test(path));
}

/** Calls `action` with a fresh folder that is removed afterwards. */
async function withFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** When a run is killed: after so many steps of all its loops, and perhaps while a file is being written. */
interface Moment {
  readonly steps: number;
  readonly whileWriting: boolean;
}

/** Steps that checkpoints in a folder stand for, the loops one after another. */
function stepsTaken(folder: string): number {
  const byLoop = new Map<string, number>();
  for (const name of entries(folder)) {
    const [, loop, step] = /^checkpoint-(.*)-(\d+)\.safetensors$/.exec(name) ?? [];
    if (loop) byLoop.set(loop, Math.max(byLoop.get(loop) ?? 0, Number(step)));
  }
  return [...byLoop.values()].reduce((sum, step) => sum + step, 0);
}

/** Starts the run and stops it with `signal` at a moment; the process's exit status. */
async function stopAt(
  out: string,
  backend: string,
  { steps, whileWriting }: Moment,
  signal: Deno.Signal,
): Promise<number> {
  const child = await startProcess(out, command(backend));
  let ended = false;
  child.status.then(() => ended = true);
  for (;;) {
    assert(!ended, `the process ended before step ${steps}`);
    const partial = partialOf(out);
    const folder = join(folderOf(out), partial ?? "");
    const reached = partial !== undefined && stepsTaken(folder) >= steps;
    const writing = () => entries(folder).some((name) => name.endsWith(".tmp"));
    if (reached && (!whileWriting || writing())) break;
    await new Promise((resolve) => setTimeout(resolve, whileWriting && reached ? 0 : 3));
  }
  child.kill(signal);
  return (await child.status).code;
}

const finish = (out: string, backend: string): Promise<Ended> => asProcess(out, command(backend));

/** Kills a run at seeded moments, each time a fresh one, and lets it go on to its end. */
async function killed(backend: string, times: number): Promise<void> {
  const expected = await withFolder(async (out) => {
    const { status, err } = await finish(out, backend);
    assertEquals(status, 0, err);
    return await contents(out);
  });
  // Two trainings of up to 6 epochs of 13 steps and 60 steps between them.
  const moments = [...integers(rootKey(4).key(backend), times, 1, 180)]
    .map((steps, i) => ({ steps, whileWriting: i % 4 === 3 }));
  for (const moment of moments) {
    await withFolder(async (out) => {
      await stopAt(out, backend, moment, "SIGKILL");
      const { status, err } = await finish(out, backend);
      assertEquals(status, 0, err);
      assert(/continues after step \d+|is complete/.test(err), err);
      assertEquals(await contents(out), expected, `killed after ${moment.steps} steps`);
      assertEquals(partialOf(out), undefined);
    });
  }
}

Deno.test("killed at 20 moments, some during a checkpoint, a run on WASM ends with the same bits", () =>
  killed("wasm", 20));

Deno.test("killed at 5 moments, a run on WebGPU ends with the same bits", () =>
  killed("webgpu", 5));
