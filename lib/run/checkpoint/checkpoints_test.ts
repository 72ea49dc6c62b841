import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import type { ShapedArray } from "../../dataset/safetensors.ts";
import { numbers } from "../../train/state.ts";
import {
  checkpointFiles,
  type CheckpointPace,
  checkpointPath,
  hasCheckpoint,
  LoopCheckpoints,
} from "./checkpoints.ts";
import { EventLog } from "../events.ts";

const runId = "0123456789ab";

/** A run's folder with what its checkpoints need; `notes` are what they told. */
interface Place {
  readonly folder: string;
  readonly notes: string[];
  readonly events: EventLog;
  /** Checkpoints of a loop, by a clock that says what is set. */
  of(
    loop: string,
    options?: { pace?: CheckpointPace; run?: string; clock?: () => number },
  ): LoopCheckpoints;
}

async function withPlace(action: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const events = await EventLog.open(join(folder, "events.jsonl"));
  const notes: string[] = [];
  await action({
    folder,
    notes,
    events,
    of: (loop, { pace = { seconds: 30 }, run = runId, clock = () => 0 } = {}) =>
      new LoopCheckpoints(loop, {
        folder,
        runId: run,
        events,
        pace,
        clock,
        note: (text) => notes.push(text),
      }),
  });
  events.abandon();
  await Deno.remove(folder, { recursive: true });
}

const state = (value: number): Map<string, ShapedArray> => new Map([["value", numbers([value])]]);
const at = (step: number, finished = false) => ({ step, finished, seconds: 0.5 });

async function writeSteps(checkpoints: LoopCheckpoints, ...steps: number[]): Promise<void> {
  for (const step of steps) await checkpoints.write(at(step), state(step));
}

const namesOf = (folder: string, loop: string) =>
  checkpointFiles(folder, loop).map((path) => basename(path));

Deno.test("`LoopCheckpoints` keeps the two newest of each loop, whatever the loops are called", () =>
  withPlace(async ({ folder, of }) => {
    assertEquals(hasCheckpoint(folder), false);
    for (const loop of ["a", "a-1", "a/1", "a-000000007"]) {
      await writeSteps(of(loop), 9, 10, 11, 1_000_000_000);
    }
    for (const loop of ["a", "a-1", "a+1", "a-000000007"]) {
      const expected = [
        `checkpoint-${loop}-1000000000.safetensors`,
        `checkpoint-${loop}-000000011.safetensors`,
      ];
      assertEquals(namesOf(folder, loop.replace("+", "/")), expected);
      const newest = await of(loop.replace("+", "/")).newest();
      assertEquals([newest!.at.step, newest!.state.number("value")], [1e9, 1e9]);
    }
    assert(hasCheckpoint(folder));
    assertEquals(await of("b").newest(), null);
  }));

Deno.test("`LoopCheckpoints.newest()` names and removes what is damaged or not its own", () =>
  withPlace(async ({ folder, notes, of }) => {
    const walk = of("walk");
    await writeSteps(walk, 1, 2);
    await Deno.truncate(checkpointPath(folder, "walk", 2), 100);
    assertEquals((await walk.newest())!.at.step, 1);
    assertEquals(notes.length, 2);
    assert(
      /-000000002.*It is removed, and the one before it is tried\.$/.test(notes[0]!),
      notes[0],
    );
    assert(/continues after step 1\.$/.test(notes[1]!), notes[1]);
    notes.length = 0;
    await writeSteps(of("walk", { run: "ffffffffffff" }), 3);
    await writeSteps(of("other"), 4);
    await Deno.rename(checkpointPath(folder, "other", 4), checkpointPath(folder, "walk", 4));
    assertEquals((await walk.newest())!.at.step, 1);
    assert(notes[0]!.includes(`it belongs to run ${runId}, loop "other"`), notes[0]);
    assert(notes[1]!.includes(`it belongs to run ffffffffffff, loop "walk"`), notes[1]);
    notes.length = 0;
    await Deno.truncate(checkpointPath(folder, "walk", 1), 7);
    assertEquals(await walk.newest(), null);
    assert(/It is removed, and the loop starts anew\.$/.test(notes[0]!), notes[0]);
    assertEquals([namesOf(folder, "walk"), notes.length], [[], 1]);
  }));

Deno.test("`LoopCheckpoints.newest()` tells of events that are lost", () =>
  withPlace(async ({ folder, notes, events, of }) => {
    for (let step = 1; step <= 5; step++) events.add({ step, tag: "a", value: step });
    await writeSteps(of("walk"), 5);
    const other = await EventLog.open(join(folder, "other.jsonl"));
    const clock = () => 0;
    const note = (text: string) => notes.push(text);
    const pace = { seconds: 30 };
    const found = new LoopCheckpoints("walk", { folder, runId, events: other, pace, clock, note });
    assertEquals((await found.newest())!.at.step, 5);
    assert(notes[0]!.includes("5 events") && notes[0]!.includes("events.jsonl"), notes[0]);
    other.abandon();
  }));

Deno.test("`LoopCheckpoints.write()` tells once what cannot be written, and keeps the one before", () =>
  withPlace(async ({ folder, notes, of }) => {
    const walk = of("walk");
    await writeSteps(walk, 1);
    for (const step of [2, 3]) await Deno.mkdir(checkpointPath(folder, "walk", step));
    await writeSteps(walk, 2, 3);
    assertEquals(notes.length, 1);
    assert(
      notes[0]!.includes("-000000002") && notes[0]!.includes("The run goes on without"),
      notes[0],
    );
    assertEquals((await walk.newest())!.at.step, 1);
    await writeSteps(walk, 4);
    await Deno.mkdir(checkpointPath(folder, "walk", 5));
    await writeSteps(walk, 5);
    assertEquals(notes.filter((text) => text.includes("goes on without")).length, 2);
  }));

Deno.test("`LoopCheckpoints.due()` counts steps and seconds", () =>
  withPlace(({ of }) => {
    const steps = of("a", { pace: { steps: 3, seconds: 30 } });
    assertEquals([1, 2, 3, 4, 5, 6].map((step) => steps.due(step, 0)), [
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    const time = of("b");
    assertEquals([100, 129, 130].map((now) => time.due(1, now)), [false, false, true]);
    const always = of("c", { pace: { seconds: 0 } });
    assert(always.due(1, 5) && always.due(2, 5));
    return Promise.resolve();
  }));

/** Checkpoints of which each takes so many seconds to write, at the moments given. */
function slow(of: Place["of"], writes: readonly { at: number; takes: number }[]): LoopCheckpoints {
  const times = writes.flatMap(({ at, takes }) => [at, at + takes]);
  return of("walk", { clock: () => times.shift()! });
}

Deno.test("`LoopCheckpoints.due()` spends a fiftieth of the time on writing at most", () =>
  withPlace(async ({ of }) => {
    const walk = slow(of, [{ at: 0, takes: 2 }, { at: 100, takes: 2 }]);
    await writeSteps(walk, 1, 2);
    assertEquals([132, 201.9, 202].map((now) => walk.due(1, now)), [false, false, true]);
  }));

Deno.test("`LoopCheckpoints.due()` is not thrown off for long by a clock that jumps", () =>
  withPlace(async ({ of }) => {
    const back = of("a");
    assertEquals([1000, 10, 39, 40].map((now) => back.due(1, now)), [false, false, false, true]);
    const none = of("b");
    assertEquals([5, NaN, NaN, 6, 36].map((now) => none.due(1, now)), [
      false,
      false,
      false,
      false,
      true,
    ]);
    const on = of("c");
    assertEquals([0, 1e9].map((now) => on.due(1, now)), [false, true]);
    // A day goes by while a checkpoint is written, or never happened, or cannot be told.
    for (const takes of [86_400, -86_400, NaN]) {
      const walk = slow(of, [{ at: 0, takes: 0.1 }, { at: 40, takes }]);
      await writeSteps(walk, 1, 2);
      const dues = [0, 29, 30].map((wait) => walk.due(1, 40 + (takes || 0) + wait));
      assertEquals(dues, [false, false, true], `${takes}`);
    }
  }));
