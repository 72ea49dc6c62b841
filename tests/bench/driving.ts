/**
 * How many frames a core renders in a second, and how many steps of 16 driving worlds it makes with what is then
 * seen of them: 84 × 84 pixels, 42 × 42, or numbers alone.
 *
 *     deno run --allow-read --allow-env tests/bench/driving.ts
 *
 * The rival is the camera in plain TypeScript, sample by sample, which gives the same bits. Time is CPU time, so
 * that other work on the machine counts little.
 *
 * @module
 */

import process from "node:process";
import { Camera } from "../../data/driving/camera.ts";
import { Wandering } from "../../data/driving/drivers.ts";
import { USUAL_LOOK } from "../../data/driving/look.ts";
import { plainFrame } from "../../data/driving/testing.ts";
import { track } from "../../data/driving/track.ts";
import { trackGrid } from "../../data/driving/track_grid.ts";
import { type DrivingOptions, DrivingWorlds } from "../../data/driving/worlds.ts";
import { alignTable } from "../../lib/cli/text.ts";
import { rootKey } from "../../lib/random/key.ts";

const COUNT = 16;
/** Rounds of each case, and CPU seconds of one, about; the first round is not counted. */
const ROUNDS = 6, ROUND_SECONDS = 0.5;

/** Something that is done so many times at a call. */
interface Case {
  readonly name: string;
  readonly times: number;
  run(): void;
}

function frames(): Case[] {
  const road = track(3), grid = trackGrid(road), camera = new Camera(), ground = camera.load(grid);
  let i = 0;
  const car = () => {
    i = (i + 7) % road.points;
    return { x: road.x[i]! + 0.3, y: road.y[i]!, heading: road.heading[i]! };
  };
  return [
    { name: "frame 84 × 84", times: 1, run: () => camera.render(ground, car()) },
    {
      name: "the same, plain TypeScript",
      times: 1,
      run: () => plainFrame(grid, car(), USUAL_LOOK),
    },
  ];
}

/** A step, and looking at what came of it, in all of the worlds. */
function steps(name: string, options: Partial<DrivingOptions>): Case {
  const worlds = new DrivingWorlds({ key: rootKey(1), count: COUNT, ...options });
  const driver = new Wandering(rootKey(2), COUNT);
  const states = new Float32Array(COUNT * worlds.stateSize);
  const seen = new Uint8Array(COUNT * worlds.frameSide * worlds.frameSide);
  const actions = new Float32Array(2 * COUNT), rewards = new Float32Array(COUNT);
  const terminals = new Uint8Array(COUNT), truncations = new Uint8Array(COUNT);
  const run = () => {
    driver.act(actions);
    worlds.step(actions, rewards, terminals, truncations);
    worlds.observe(states, seen);
    worlds.renew();
    worlds.observe(states, seen);
  };
  return { name, times: COUNT, run };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** How often a case is done in a second, over half a second. */
function rate({ times, run }: Case): number {
  const begin = cpuSeconds();
  let done = 0, spent = 0;
  while (spent < ROUND_SECONDS) {
    for (let i = 0; i < 20; i++) run();
    done += 20 * times;
    spent = cpuSeconds() - begin;
  }
  return done / spent;
}

const cases = [
  ...frames(),
  steps("step, full, 84 × 84", { mode: "full" }),
  steps("step, vision, 42 × 42", { mode: "vision", frameSide: 42 }),
  steps("step, vector", { mode: "vector" }),
];
const rates = cases.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++) {
  cases.forEach((each, i) => {
    const found = rate(each);
    if (round > 0) rates[i]!.push(found);
  });
}
const rows = cases.map(({ name }, i) => {
  const median = rates[i]!.toSorted((a, b) => a - b)[rates[i]!.length >> 1]!;
  return [name, median.toFixed(0), (1e6 / median).toFixed(1)];
});
const text = `${alignTable([["case", "a second", "µs each"], ...rows], [1, 2])}\n`;
Deno.stdout.writeSync(new TextEncoder().encode(text));
