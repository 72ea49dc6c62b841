import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { rootKey } from "../random/key.ts";
import { readState, SavedState } from "../train/state.ts";
import { Replay, type Transitions } from "./replay.ts";

const key = rootKey(8);

/** Transitions whose every number is that of the transition, or follows from it. */
function numbered(...ids: number[]): Transitions {
  return {
    states: Float32Array.from(ids.flatMap((id) => [id, -id])),
    actions: Int32Array.from(ids),
    rewards: Float32Array.from(ids, (id) => id / 2),
    nextStates: Float32Array.from(ids.flatMap((id) => [id + 1, -id - 1])),
    dones: Uint8Array.from(ids, (id) => id % 2),
  };
}

function filled(capacity: number, count: number): Replay {
  const replay = new Replay({ capacity, stateSize: 2 });
  for (let id = 0; id < count; id++) replay.add(numbered(id));
  return replay;
}

Deno.test("`Replay` keeps the last transitions, each whole, and draws each as often", () => {
  const replay = filled(10, 37);
  assertEquals(replay.size, 10);
  const n = 20_000;
  const drawn = replay.sample(key, n);
  const counts = new Map<number, number>();
  drawn.actions.forEach((id, i) => {
    counts.set(id, (counts.get(id) ?? 0) + 1);
    const { states, rewards, nextStates, dones } = drawn;
    assertEquals([states[2 * i], states[2 * i + 1], rewards[i]], [id, -id, id / 2]);
    assertEquals([nextStates[2 * i], nextStates[2 * i + 1], dones[i]], [id + 1, -id - 1, id % 2]);
  });
  assertEquals([...counts.keys()].sort((a, b) => a - b), [27, 28, 29, 30, 31, 32, 33, 34, 35, 36]);
  // Five standard deviations of a count.
  for (const count of counts.values()) assert(Math.abs(count - n / 10) < 5 * Math.sqrt(n * 0.09));
});

Deno.test("`Replay.sample()` depends on key and contents alone", () => {
  const [one, other] = [filled(10, 8), filled(10, 8)];
  one.sample(key.at(0), 64);
  assertEquals(one.sample(key.at(1), 64), other.sample(key.at(1), 64));
  assertNotEquals(one.sample(key.at(1), 64).actions, one.sample(key.at(2), 64).actions);
  assertThrows(() => filled(10, 0).sample(key, 1), RangeError);
});

Deno.test("`Replay` restored from its state goes on as the one that was saved", async () => {
  for (const count of [0, 4, 10, 37]) {
    const replay = filled(10, count);
    const saved = new SavedState(structuredClone(await readState(replay.state())), "test");
    const other = filled(10, 3);
    other.restore(saved);
    for (const one of [replay, other]) one.add(numbered(100, 101, 102));
    assertEquals(other.size, replay.size);
    assertEquals(other.sample(key, 64), replay.sample(key, 64));
  }
});

Deno.test("`Replay.add()` refuses numbers that are not finite, and adds none of the transitions", () => {
  const replay = filled(10, 3);
  const broken: [string, Partial<Transitions>][] = [
    ["state, number 1, is NaN", { states: Float32Array.of(1, 2, 3, NaN) }],
    ["reward is Infinity", { rewards: Float32Array.of(1, Infinity) }],
    ["next state, number 0, is -Infinity", { nextStates: Float32Array.of(1, 2, -Infinity, 0) }],
  ];
  for (const [says, part] of broken) {
    const message = `environment 1 did: its ${says}`;
    assertThrows(() => replay.add({ ...numbered(1, 2), ...part }), RangeError, message);
  }
  assertEquals(replay.size, 3);
  assertThrows(() => new Replay({ capacity: 0, stateSize: 2 }), RangeError, "a ring of 0 places");
});
