/**
 * How many trainings of a self-organising map a core makes in a second: ours, the same one unit by unit in
 * plain TypeScript (the tests' reference, which gives the same bits), and numpy with the units as a vector.
 *
 *     deno run --allow-read --allow-env --allow-run tests/bench/som.ts
 *
 * All make the first trainings of one collection, 21 checkpoints each, in turns. Time is CPU time, so that other
 * work on the machine counts little; where compiling and collecting garbage run on threads of their own,
 * they are counted too.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import process from "node:process";
import { collectedTraining } from "../../data/som/collect.ts";
import { type Checkpoint, mqeRatio } from "../../data/som/history.ts";
import { plainTraining } from "../../data/som/testing.ts";
import { SomTraining } from "../../data/som/training.ts";
import { alignTable } from "../../lib/cli/text.ts";
import { rootKey } from "../../lib/random/key.ts";
import { readLines } from "./lines.ts";
import { python } from "./systems.ts";

/** Trainings that are timed, and made before that. */
const TIMED = 100, WARM_UP = 20;

/** What a training took in CPU seconds, and how it ended. */
interface Timed {
  readonly seconds: number;
  readonly mqeRatio: number;
}

/** Makes a training from its beginning; `null` when the system cannot. */
type System = (begun: SomTraining) => Timed | null | Promise<Timed | null>;

function assay({ key, data, configuration }: SomTraining, judge = false): Timed {
  return timed(() => {
    const training = new SomTraining(key, data, configuration);
    while (!training.finished) training.advance();
    if (judge) training.quality();
    return training.history;
  });
}

function plain({ key, data, configuration }: SomTraining): Timed {
  return timed(() => plainTraining(key, data, configuration).history);
}

function timed(train: () => readonly Checkpoint[]): Timed {
  const begin = process.cpuUsage();
  const history = train();
  const { user, system } = process.cpuUsage(begin);
  return { seconds: (user + system) / 1e6, mqeRatio: mqeRatio(history) };
}

/** The peer, as long as it answers. */
function numpy(): System {
  const peer = fromFileUrl(new URL("./peers/som_numpy.py", import.meta.url));
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(python(), { args: [peer], stdin: "piped", stdout: "piped" }).spawn();
  } catch {
    return () => null;
  }
  child.unref();
  const requests = child.stdin.getWriter(), answers = readLines(child.stdout);
  return async ({ data, configuration }) => {
    const { values, dimensions } = data;
    const task = { values: [...values], dimensions, configuration, seed: 1 };
    await requests.write(new TextEncoder().encode(`${JSON.stringify(task)}\n`)).catch(() => {});
    const { value } = await answers.next();
    const answer = JSON.parse(value ?? "null");
    return answer === null || "leftOut" in answer ? null : answer;
  };
}

const systems: Readonly<Record<string, System>> = {
  "assay": (begun) => assay(begun),
  "assay, and quality()": (begun) => assay(begun, true),
  "plain TypeScript": plain,
  "numpy": numpy(),
};
const results = new Map<string, Timed[]>(Object.keys(systems).map((name) => [name, []]));
for (let i = 0; i < WARM_UP + TIMED; i++) {
  const begun = collectedTraining(rootKey(1), i, { runsPerDataSet: 5 });
  for (const [name, make] of Object.entries(systems)) {
    const result = await make(begun);
    if (result !== null && i >= WARM_UP) results.get(name)!.push(result);
  }
}

const ours = total(results.get("assay")!);
const rows = [...results].filter(([_, all]) => all.length > 0).map(([name, all]) => [
  name,
  (all.length / total(all)).toFixed(1),
  (total(all) / ours).toFixed(1),
  (1000 * median(all.map(({ seconds }) => seconds))).toFixed(1),
  median(all.map((each) => each.mqeRatio)).toFixed(3),
]);
const head = ["system", "trainings a second", "times ours", "median ms", "median MQE ratio"];
const text = `${alignTable([head, ...rows], [1, 2, 3, 4])}\n`;
Deno.stdout.writeSync(new TextEncoder().encode(text));
Deno.exit(0);

function total(all: readonly Timed[]): number {
  return all.reduce((sum, { seconds }) => sum + seconds, 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
