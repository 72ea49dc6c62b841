import { digestArrays, rootKey, savedState, uniform } from "assay";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { type Car, drive } from "./car.ts";
import { type Driver, purePursuit, straightOn, uniformDriver, Wandering } from "./drivers.ts";
import { evaluateDriver } from "./evaluation.ts";
import { locate } from "./place.ts";
import { judged, referenceDrivers } from "./references.ts";
import { REWARD_BOUND } from "./reward.ts";
import { mirrored } from "./testing.ts";
import { track } from "./track.ts";
import { type DrivingOptions, DrivingWorlds, MAX_STEPS } from "./worlds.ts";

const key = rootKey(1);

/** Everything that environments show over some steps of a driver, as arrays. */
async function shown(worlds: DrivingWorlds, driver: Driver, steps: number, from = 0) {
  const { count, stateSize, frameSide } = worlds;
  const all = { states: [] as number[], frames: [] as number[], outcomes: [] as number[] };
  const states = new Float32Array(count * stateSize);
  const frames = new Uint8Array(count * frameSide * frameSide);
  const actions = new Float32Array(2 * count), rewards = new Float32Array(count);
  const terminals = new Uint8Array(count), truncations = new Uint8Array(count);
  for (let step = from; step < from + steps; step++) {
    await driver(worlds, actions, step);
    worlds.step(actions, rewards, terminals, truncations);
    all.outcomes.push(...rewards, ...terminals, ...truncations);
    for (const renew of [false, true]) {
      if (renew) worlds.renew();
      worlds.observe(states, frames);
      all.states.push(...states);
      all.frames.push(...frames);
    }
  }
  return {
    states: Float32Array.from(all.states),
    frames: Uint8Array.from(all.frames),
    outcomes: Float64Array.from(all.outcomes),
  };
}

const small: DrivingOptions = { key, count: 3, frameSide: 42, tracks: [0, 1, 10_000] };
const random = uniformDriver(key.key("random"), 0.5);

Deno.test("`DrivingWorlds` has the bits on record, on every machine", async () => {
  assertEquals(
    digestArrays(await shown(new DrivingWorlds(small), random, 100)),
    "daf0dbb53911a7e9cd7c2602a5449fd37d088627c9e3ddeb64ae96aa09897410",
  );
});

Deno.test("`DrivingWorlds` begins as it was made after `reset()`, and otherwise under another key", async () => {
  const worlds = new DrivingWorlds(small);
  const first = await shown(worlds, random, 90);
  worlds.reset();
  assertEquals(await shown(worlds, random, 90), first);
  const other = await shown(new DrivingWorlds({ ...small, key: rootKey(2) }), random, 90);
  assertNotEquals(other.states, first.states);
});

Deno.test("`DrivingWorlds` goes on from its state with the same bits, also from an episode's end", async () => {
  const options = { ...small, count: 2 };
  const whole = new DrivingWorlds(options), driver = uniformDriver(key, 0.5);
  let ends = 0;
  for (let step = 0; step < 260; step += 20) {
    const saved = await savedState(whole, "test");
    const resumed = new DrivingWorlds(options);
    resumed.restore(saved);
    const expected = await shown(whole, driver, 20, step);
    assertEquals(await shown(resumed, driver, 20, step), expected);
    ends += expected.outcomes.filter((_, i) => i % 6 >= 2 && expected.outcomes[i] === 1).length;
  }
  assert(ends >= 4, `${ends} episodes ended`);
  const over = atTheEnd();
  const saved = await savedState(over, "test");
  const resumed = new DrivingWorlds({ key, count: 1, mode: "vector" });
  resumed.restore(saved);
  over.renew();
  resumed.renew();
  assertEquals(resumed.worlds[0], over.worlds[0]);
});

Deno.test("an episode is the same in whichever of however many environments", async () => {
  const drives = (count: number, episodes: number) =>
    evaluateDriver(straightOn, new DrivingWorlds({ ...small, mode: "vector", count }), episodes);
  assertEquals(await drives(2, 3), await drives(6, 1));
});

/** A world whose episode has just ended off the road. */
function atTheEnd(): DrivingWorlds {
  const worlds = new DrivingWorlds({ key, count: 1, mode: "vector" });
  const [rewards, terminals, truncations] = [
    new Float32Array(1),
    new Uint8Array(1),
    new Uint8Array(1),
  ];
  while (!terminals[0]) worlds.step(Float32Array.of(0.5, 0.5), rewards, terminals, truncations);
  assertEquals([truncations[0], worlds.worlds[0]!.offRoad], [0, true]);
  assert(rewards[0]! < -0.25);
  return worlds;
}

Deno.test("the state that ended an episode is seen until `renew()`, and no step is taken from it", () => {
  const worlds = atTheEnd();
  const states = new Float32Array(53), none = new Uint8Array(0);
  worlds.observe(states, none);
  assert(Math.abs(3.5 * states[1]!) > 2.5);
  const step = (...actions: number[]) =>
    worlds.step(
      Float32Array.from(actions),
      new Float32Array(1),
      new Uint8Array(1),
      new Uint8Array(1),
    );
  assertThrows(() => step(0, 0), RangeError, "call renew()");
  worlds.renew();
  worlds.observe(states, none);
  assert(Math.abs(3.5 * states[1]!) <= 0.5 + 1e-6);
  assertThrows(() => step(NaN, 0), RangeError, "an action is two numbers");
});

Deno.test("standing still is broken off after 1,000 steps, and is no terminal", () => {
  const worlds = new DrivingWorlds({ key, count: 1, mode: "vector" });
  const [rewards, terminals, truncations] = [
    new Float32Array(1),
    new Uint8Array(1),
    new Uint8Array(1),
  ];
  for (let step = 1; step <= MAX_STEPS; step++) {
    worlds.step(Float32Array.of(0, -1), rewards, terminals, truncations);
    assertEquals([terminals[0], truncations[0]], [0, step === MAX_STEPS ? 1 : 0]);
  }
});

Deno.test("`purePursuit()` drives 60 held-out episodes to their end", async () => {
  const drives = await judged(key, purePursuit);
  assertEquals(drives.length, 60);
  assertEquals(new Set(drives.map((drive) => drive.track)).size, 20);
  const successes = drives.filter(({ success }) => success).length;
  assert(successes >= 57, `${successes} of 60`);
  const mean = drives.reduce((sum, { totalReward }) => sum + totalReward, 0) / 60;
  assertAlmostEquals(mean, 32.4, 0.5);
});

Deno.test("rewards are within their bound but for the end off the road, whoever drives", async () => {
  const wild = uniformDriver(key.key("wild"));
  const flatOut: Driver = ({ count }, actions) => {
    for (let i = 0; i < count; i++) actions.set([0.02 * (i % 5 - 2), 1], 2 * i);
  };
  for (const driver of [...referenceDrivers(key).values(), wild, flatOut]) {
    const worlds = new DrivingWorlds({ key, count: 20, mode: "vector" });
    const { outcomes } = await shown(worlds, driver, 150);
    for (let at = 0; at < outcomes.length; at += 60) {
      for (let i = at; i < at + 20; i++) {
        const [reward, terminal] = [outcomes[i]!, outcomes[i + 20]!];
        assert(
          Math.abs(reward) <= REWARD_BOUND || (terminal === 1 && reward >= -0.4),
          `${reward}`,
        );
      }
    }
  }
});

Deno.test("a mirrored road and mirrored steering give the mirrored offset", () => {
  const road = track(11), mirror = mirrored(road);
  const at = { x: road.x[0]!, y: road.y[0]! + 0.3, heading: road.heading[0]! + 0.05 };
  const car: Car = { ...at, speed: 5, steer: 0, acceleration: 0 };
  const twin: Car = { ...car, y: -car.y, heading: -car.heading };
  const place = { index: 0, along: 0, offset: 0, headingError: 0 }, other = { ...place };
  const draws = uniform(key.key("mirror"), 400, -1, 1);
  for (let step = 0; step < 400; step++) {
    locate(road, car, place.index, place);
    locate(mirror, twin, other.index, other);
    assertAlmostEquals(other.offset, -place.offset, 1e-9);
    assertAlmostEquals(other.headingError, -place.headingError, 1e-9);
    // Towards the middle, with a hand that trembles.
    const steering = -0.3 * place.offset - 1.5 * place.headingError + 0.3 * draws[step]!;
    drive(car, steering, 0.3);
    drive(twin, -steering, 0.3);
  }
  assert(place.index > 100);
});

Deno.test("modes differ in what is seen and not in what happens", async () => {
  const modes = await Promise.all((["full", "vision", "vector"] as const).map(async (mode) => {
    const worlds = new DrivingWorlds({ ...small, mode });
    const { stateSize, frameSide } = worlds;
    return { stateSize, frameSide, ...await shown(worlds, random, 90) };
  }));
  const [full, vision, vector] = modes as [typeof modes[0], typeof modes[0], typeof modes[0]];
  assertEquals([full.stateSize, vision.stateSize, vector.stateSize], [53, 1, 53]);
  assertEquals([full.frameSide, vision.frameSide, vector.frameSide], [42, 42, 0]);
  assertEquals([vision.outcomes, vector.outcomes], [full.outcomes, full.outcomes]);
  assertEquals([vision.frames, vector.states], [full.frames, full.states]);
  assertEquals(vision.states, full.states.filter((_, i) => i % 53 === 0));
});

Deno.test("without variation episodes differ in road and start only", async () => {
  const { frames } = await shown(
    new DrivingWorlds({ ...small, variation: false, mode: "vision" }),
    straightOn,
    1,
  );
  const sky = [0, 1, 2].map((i) => frames[i * 42 * 42]);
  assertEquals(sky, [191, 191, 191]);
});

Deno.test("`Wandering` goes on from its state with the same bits", async () => {
  const [wandering, resumed] = [new Wandering(key, 4), new Wandering(key, 4)];
  const [actions, others] = [new Float32Array(8), new Float32Array(8)];
  for (let i = 0; i < 5; i++) wandering.act(actions);
  resumed.restore(await savedState(wandering, "test"));
  wandering.act(actions);
  resumed.act(others);
  assertEquals(others, actions);
});
