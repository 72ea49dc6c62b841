/**
 * What processes side by side gain: eight quick runs of a small experiment through the pool and one at a
 * time in one process on all cores, each command from its start to its end, in turns:
 *
 *     deno run --allow-read --allow-write --allow-run --allow-sys=loadavg tests/bench/pool_throughput.ts [ROUNDS]
 *
 * The load average is printed beside it: on a busy machine the ratio says little.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";

const root = fromFileUrl(new URL("../../", import.meta.url));
/** Runs, and what makes each take some seconds. */
const RUNS = 8;
const SETTING = "epochs=2000";
/** What we aim for on two quiet cores. */
const AIM = 1.7;

const rounds = Number(Deno.args[0] ?? 3);
const cores = navigator.hardwareConcurrency;
print(`${RUNS} runs of line-fit with ${SETTING} on ${cores} cores; ${load()}`);
const times: { alone: number[]; pool: number[] } = { alone: [], pool: [] };
for (let round = 1; round <= rounds; round++) {
  times.alone.push(await secondsOf("--jobs", "1"));
  times.pool.push(await secondsOf());
  const [alone, pool] = [times.alone.at(-1)!, times.pool.at(-1)!];
  print(
    `round ${round}: one at a time ${alone.toFixed(1)} s, pool ${pool.toFixed(1)} s, ` +
      `${(alone / pool).toFixed(2)} times; ${load()}`,
  );
}
const ratio = median(times.alone) / median(times.pool);
print(`medians: ${ratio.toFixed(2)} times the throughput; the aim is ${AIM} on two quiet cores`);

/** Seconds that the command takes in a fresh folder. */
async function secondsOf(...more: string[]): Promise<number> {
  const out = await Deno.makeTempDir();
  const file = join(root, "tests", "testdata", "line_fit.ts");
  const own = ["experiment", file, "--backend", "wasm", "--set", SETTING, "--seeds", `${RUNS}`];
  const begin = performance.now();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...await granted(out), ...own, "--json", "--out", out, ...more],
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).output();
  const seconds = (performance.now() - begin) / 1000;
  await Deno.remove(out, { recursive: true });
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return seconds;
}

/** Deno's words before the command, as its task has them. */
async function granted(out: string): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const words = (tasks.experiment.command as string).split(" ").slice(1, -1);
  return words.map((word) =>
    word.startsWith("--allow-write=") ? `--allow-write=${out},data/cache` : word
  );
}

function load(): string {
  return `load average ${Deno.loadavg()[0]!.toFixed(1)}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
