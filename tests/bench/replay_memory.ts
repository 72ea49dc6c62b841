/**
 * What 100,000 moments of 84 × 84 pixels and 53 numbers cost in memory and on disk: fills the memory of an agent,
 * writes it as a checkpoint is written, reads it back, and prints after each what the process holds.
 *
 *     deno run --allow-read --allow-write --allow-env tests/bench/replay_memory.ts
 *
 * @module
 */

import { alignTable } from "../../lib/cli/text.ts";
import { rootKey } from "../../lib/random/key.ts";
import { EpisodeReplay } from "../../lib/rl/episode_replay.ts";
import { readCheckpoint, writeCheckpoint } from "../../lib/run/checkpoint/file.ts";
import { readState } from "../../lib/train/state.ts";

const MOMENTS = 100_000, COUNT = 16;
/** Steps of an episode. */
const EPISODE = 500;
const sizes = { count: COUNT, stateSize: 53, actionSize: 2, frameSide: 84 };

const rows: string[][] = [["", "MB held", "seconds"]];
let since = performance.now();
function note(what: string): void {
  const seconds = (performance.now() - since) / 1000;
  rows.push([what, (Deno.memoryUsage().rss / 1e6).toFixed(0), seconds.toFixed(1)]);
  since = performance.now();
}

note("before");
const replay = new EpisodeReplay(sizes, { capacity: MOMENTS });
const states = new Float32Array(COUNT * 53), frames = new Uint8Array(COUNT * 84 * 84);
const all = new Uint8Array(COUNT).fill(1);
const deeds = {
  actions: new Float32Array(2 * COUNT),
  rewards: new Float32Array(COUNT),
  terminals: new Uint8Array(COUNT),
};
for (let t = 0; replay.size < MOMENTS; t++) {
  // Not all the same, so that no page is shared.
  new DataView(frames.buffer).setUint32(4 * (t % 28_000), t);
  if (t % EPISODE === 0) replay.begin({ states, frames }, all);
  else replay.add(deeds, { states, frames });
}
note("filled");
for (let i = 0; i < 1000; i++) replay.sample(rootKey(1).at(i), 32);
note("1,000 minibatches of 32");
const path = await Deno.makeTempFile();
const at = { step: 1, finished: false, seconds: 0, run: "0".repeat(12), loop: "bench" };
const log = { events: 0, logged: 0, log: "0".repeat(64) };
await writeCheckpoint(path, { ...at, ...log }, await readState(replay.state()));
note(`checkpoint of ${((await Deno.stat(path)).size / 1e6).toFixed(0)} MB written`);
const { state } = await readCheckpoint(path);
note("read");
replay.restore(state);
note("taken over");
await Deno.remove(path);
Deno.stdout.writeSync(new TextEncoder().encode(`${alignTable(rows, [1, 2])}\n`));
