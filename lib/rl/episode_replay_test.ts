import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { normal } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { readState, SavedState } from "../train/state.ts";
import { walking } from "./continuous_testing.ts";
import { ContinuousStage } from "./continuous_stage.ts";
import { EpisodeReplay } from "./episode_replay.ts";

const key = rootKey(21);
const SIDE = 2, STACK = 4;

/** A memory of so many steps of a walk whose frames say which they are. */
function walked(
  { steps, capacity, count = 3 }: { steps: number; capacity: number; count?: number },
) {
  const environment = walking({ key, count, frameSide: SIDE, numbered: true, limit: 1.5 });
  const replay = new EpisodeReplay(environment, { capacity, stack: STACK });
  const stage = new ContinuousStage(environment, replay);
  const step = (n: number) => stage.act(Float32Array.from(normal(key.at(n), count, 0, 1)));
  for (let n = 0; n < steps; n++) step(n);
  return { replay, stage, step };
}

/** What the frames of image `i` must be, by the episode and the step that its state tells. */
function expectedFrames(vectors: Float32Array, i: number): number[] {
  const [episode, step] = [vectors[3 * i + 1]!, vectors[3 * i + 2]!];
  const levels = Array.from(
    { length: STACK },
    (_, k) => (16 * episode + Math.max(0, step - STACK + 1 + k)) % 256,
  );
  return Array(SIDE * SIDE).fill(levels).flat();
}

/** The levels of grey of image `i`. */
function levelsOf(images: Float32Array, i: number): number[] {
  const size = SIDE * SIDE * STACK;
  return Array.from(images.subarray(i * size, (i + 1) * size), (x) => Math.round((x + 1) * 127.5));
}

Deno.test("`EpisodeReplay` never mixes episodes in an image, before and after it is full", () => {
  // The second goes around several times, and cuts episodes anywhere.
  for (const { steps, capacity } of [{ steps: 60, capacity: 3000 }, { steps: 400, capacity: 90 }]) {
    const { replay } = walked({ steps, capacity });
    const { seen, next, rewards, terminals, actions } = replay.sample(key, 2000);
    const steps_ = new Set<number>();
    let ended = 0;
    for (let i = 0; i < 2000; i++) {
      assertEquals(levelsOf(seen.images, i), expectedFrames(seen.vectors, i));
      assertEquals(levelsOf(next.images, i), expectedFrames(next.vectors, i));
      const [at, episode, step] = seen.vectors.subarray(3 * i, 3 * i + 3);
      const [then, sameEpisode, nextStep] = next.vectors.subarray(3 * i, 3 * i + 3);
      assertEquals([sameEpisode, nextStep], [episode, step! + 1]);
      assertAlmostEquals(then!, at! + 0.5 * actions[i]!, 1e-6);
      assertAlmostEquals(rewards[i]!, 1 - Math.abs(then!), 1e-6);
      assertEquals(terminals[i], Number(Math.abs(then!) > 1.5));
      steps_.add(step!);
      ended += terminals[i]!;
    }
    // Also the last of an episode that was broken off: it goes on, and is no terminal.
    assertEquals(steps_.size, 12);
    assert(ended > 0);
  }
});

Deno.test("`EpisodeReplay.newest()` is what the environments show, stacked", () => {
  const { replay, step } = walked({ steps: 0, capacity: 300 });
  for (let n = 0; n < 50; n++) {
    const { images, vectors } = replay.newest();
    for (let i = 0; i < 3; i++) assertEquals(levelsOf(images, i), expectedFrames(vectors, i));
    step(n);
  }
});

Deno.test("`EpisodeReplay.sample()` draws every transition as often, by key and contents alone", () => {
  const { replay } = walked({ steps: 12, capacity: 300, count: 1 });
  const counts = new Map<number, number>();
  const { seen } = replay.sample(key, 6000);
  for (let i = 0; i < 6000; i++) {
    const step = 16 * seen.vectors[3 * i + 1]! + seen.vectors[3 * i + 2]!;
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  assertEquals(counts.size, 12);
  for (const count of counts.values()) assert(Math.abs(count - 500) < 5 * Math.sqrt(500));
  const other = walked({ steps: 12, capacity: 300, count: 1 }).replay;
  other.sample(key.at(0), 5);
  assertEquals(other.sample(key.at(1), 5), replay.sample(key.at(1), 5));
  assertNotEquals(replay.sample(key.at(1), 5).rewards, replay.sample(key.at(2), 5).rewards);
});

Deno.test("`EpisodeReplay` restored from its state goes on as the one that was saved", async () => {
  for (const { steps, capacity } of [{ steps: 20, capacity: 300 }, { steps: 100, capacity: 90 }]) {
    const one = walked({ steps, capacity });
    const saved = new SavedState(structuredClone(await readState(one.stage.state())), "test");
    const other = walked({ steps: 7, capacity });
    other.stage.restore(saved);
    for (const { step } of [one, other]) for (let n = steps; n < steps + 20; n++) step(n);
    assertEquals(other.replay.sample(key, 64), one.replay.sample(key, 64));
    assertEquals(other.stage.collected, one.stage.collected);
    assertEquals(other.stage.takeEnded(), one.stage.takeEnded());
  }
});

Deno.test("`EpisodeReplay` keeps a frame once: its state are views, no longer than its frames", async () => {
  const { replay } = walked({ steps: 400, capacity: 90 });
  const bytes = (state: ReadonlyMap<string, { data: { byteLength: number } }>) =>
    [...state.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const [first, second] = [await readState(replay.state()), await readState(replay.state())];
  for (const [name, { data }] of first) {
    if (name.endsWith("frames")) assertEquals(data.buffer, second.get(name)!.data.buffer);
  }
  // A frame, three numbers, action, reward, outcome, episode, step; and the places of three rings.
  assertEquals(bytes(first), 90 * (SIDE * SIDE + 12 + 4 + 4 + 1 + 4 + 4) + 3 * 16);
});

Deno.test("`EpisodeReplay` refuses what cannot be learned from", () => {
  const environment = walking({ key, count: 2, numbered: true });
  const sizes = { capacity: 8 };
  assertThrows(() => new EpisodeReplay(environment, sizes), RangeError, "10 in all");
  const replay = new EpisodeReplay(environment, { capacity: 20 });
  assertThrows(() => replay.sample(key, 1), RangeError, "0 moments without a transition");
  const scene = { states: new Float32Array(6), frames: new Uint8Array(0) };
  replay.begin(scene, Uint8Array.of(1, 1));
  assertThrows(() => replay.sample(key, 1), RangeError, "2 moments without a transition");
  const deeds = {
    actions: Float32Array.of(0, 0),
    rewards: Float32Array.of(0, NaN),
    terminals: new Uint8Array(2),
  };
  assertThrows(() => replay.add(deeds, scene), RangeError, "environment 1 did: its reward is NaN");
  scene.states[1] = Infinity;
  const fine = { ...deeds, rewards: new Float32Array(2) };
  const says = "environment 0 did: its next state, number 1, is Infinity";
  assertThrows(() => replay.add(fine, scene), RangeError, says);
  assertEquals(replay.size, 2);
});
