/**
 * How long `deno task watch` takes to answer with 10,000 finished runs (or as many as are asked for) under a
 * reports folder, and three in progress; and what a look costs from then on:
 *
 *     deno run --allow-read --allow-write --allow-env --allow-run --allow-net=127.0.0.1 tests/bench/watch_runs.ts [RUNS]
 *
 * @module
 */

import { everything } from "../../lib/watch/scope.ts";
import { loss, ScriptedRun } from "../../lib/watch/testing.ts";
import { Watcher } from "../../lib/watch/watcher.ts";
import { root } from "../../lib/cli/streams.ts";
import { taskArguments } from "../command_line.ts";

const EXPERIMENTS = 10;

const count = Number(Deno.args[0] ?? 10_000);
const reports = await Deno.makeTempDir({ prefix: "assay-watch-runs-" });

function say(what: string, seconds: number): void {
  const line = `${seconds.toFixed(3).padStart(8)} s  ${what}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(line));
}

const since = (begin: number) => (performance.now() - begin) / 1000;

/** Seconds until the command has told a page all there is. */
async function answer(...args: string[]): Promise<number> {
  const begin = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("watch", reports), ...args, "--out", reports],
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("Ctrl-C")) text += (await said.read()).value;
  const page = await fetch(`${/http\S+/.exec(text)![0]}events`);
  const told = page.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (text = ""; !text.includes("event: update");) text += (await told.read()).value;
  const seconds = since(begin);
  child.kill("SIGTERM");
  await Promise.all([told.cancel(), said.cancel(), child.status]);
  return seconds;
}

try {
  for (let seed = 1; seed <= count; seed++) {
    new ScriptedRun(reports, { seed, experiment: `experiment-${seed % EXPERIMENTS}` }).begin()
      .say(loss(1, 2), loss(2, 1)).finish();
  }
  say("answer, no run in progress", await answer());
  say("answer, one experiment", await answer("experiment-3"));
  const [run] = [1, 2, 3].map((n) =>
    new ScriptedRun(reports, { seed: count + n, experiment: `experiment-${n}` }).begin()
  );
  say("answer, three runs in progress", await answer());
  const watcher = new Watcher({ reports, scope: everything, root });
  const timed = async (what: string) => {
    const begin = performance.now();
    await watcher.look();
    say(what, since(begin));
  };
  await timed("first look in this process");
  for (let looks = 0; looks < 10; looks++) await watcher.look();
  await timed("a look when nothing has changed");
  run!.say(loss(1, 2));
  await timed("a look when a run has logged a number");
} finally {
  await Deno.remove(reports, { recursive: true });
}
