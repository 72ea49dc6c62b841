/**
 * The checkpoints of a run: written now and then, the two newest of each loop kept, the newest good one
 * found again.
 *
 * @module
 */

import { join } from "@std/path";
import { explaining } from "../../dataset/explaining.ts";
import type { ShapedArray } from "../../dataset/safetensors.ts";
import { InputError } from "../../numeric/errors.ts";
import type { Checkpoint, Checkpoints } from "../../train/loop.ts";
import type { SavedState } from "../../train/state.ts";
import { readCheckpoint, writeCheckpoint } from "./file.ts";
import type { EventLog } from "../events.ts";
import { namesIn } from "../files.ts";

/** When checkpoints are written. */
export interface CheckpointPace {
  /** Every so many steps. Default: by time alone. */
  readonly steps?: number;
  /** Every so many seconds, but seldom enough that writing takes a fiftieth of the time at most. */
  readonly seconds: number;
}

/** What the checkpoints of a run share. */
export interface CheckpointOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly runId: string;
  readonly events: EventLog;
  readonly pace: CheckpointPace;
  /** Seconds, for the pace. */
  readonly clock: () => number;
  /** Told what is damaged and what could not be written. */
  readonly note: (text: string) => void;
}

const KEPT = 2;
/** Seconds from one checkpoint to the next at least, in times of what writing one took. */
const REST = 50;

/** Paths of the checkpoints of a loop in a run's folder, the newest first. */
export function checkpointFiles(folder: string, loop: string): string[] {
  const stem = stemOf(loop);
  return namesIn(
    folder,
    ({ isFile, name }) =>
      isFile && name.startsWith(stem) && /^\d+\.safetensors$/.test(name.slice(stem.length)),
  )
    .map((name) => join(folder, name))
    .sort((a, b) => checkpointStep(b) - checkpointStep(a));
}

/** Steps taken at a checkpoint, by its file's name. */
export function checkpointStep(path: string): number {
  return Number(/-(\d+)\.safetensors$/.exec(path)![1]);
}

/** Whether a folder holds a checkpoint of any loop. */
export function hasCheckpoint(folder: string): boolean {
  return namesIn(folder, ({ name }) => /^checkpoint-.*-\d+\.safetensors$/.test(name)).length > 0;
}

/** Path of the checkpoint of a loop after a step. */
export function checkpointPath(folder: string, loop: string, step: number): string {
  return join(folder, `${stemOf(loop)}${String(step).padStart(9, "0")}.safetensors`);
}

function stemOf(loop: string): string {
  return `checkpoint-${loop.replaceAll("/", "+")}-`;
}

/** The {@linkcode Checkpoints} of one loop of a run. */
export class LoopCheckpoints implements Checkpoints {
  readonly #loop: string;
  readonly #options: CheckpointOptions;
  #lastAt = NaN;
  /** Seconds that the last two took to write. */
  #costs: readonly [number, number] = [0, 0];
  /** What was wrong with the last one; nothing when it was written. */
  #complaint = "";

  constructor(loop: string, options: CheckpointOptions) {
    this.#loop = loop;
    this.#options = options;
  }

  /** Damaged ones are named and removed. The log goes on after the events of that moment. */
  async newest(): Promise<{ readonly at: Checkpoint; readonly state: SavedState } | null> {
    const { folder, runId, events, note } = this.#options;
    const paths = checkpointFiles(folder, this.#loop);
    for (const path of paths) {
      try {
        const { at, state } = await readCheckpoint(path);
        if (at.run !== runId || at.loop !== this.#loop) {
          throw new InputError(
            `Cannot go on from ${path}: it belongs to run ${at.run}, loop "${at.loop}".`,
          );
        }
        const lost = events.skipTo(at);
        if (lost > 0) {
          note(
            `${lost} events of run ${runId} are lost: events.jsonl is not what it was when ${path} ` +
              `was written. The results do not depend on it, but curves drawn from it have a gap; ` +
              `--rerun writes all of them again.`,
          );
        }
        const where = at.finished ? "is complete" : `continues after step ${at.step}`;
        note(`Run ${runId} · ${this.#loop} ${where}.`);
        return { at, state };
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        const next = path === paths.at(-1) ? "the loop starts anew" : "the one before it is tried";
        note(`${error.message} It is removed, and ${next}.`);
        await removeFile(path);
      }
    }
    return null;
  }

  due(step: number, now: number): boolean {
    const { pace: { steps, seconds } } = this.#options;
    if (steps !== undefined && step % steps === 0) return true;
    // A clock that went back, or said no number, starts the wait anew.
    if (!(now >= this.#lastAt)) this.#lastAt = now;
    return now - this.#lastAt >= Math.max(seconds, REST * Math.min(...this.#costs));
  }

  /** What cannot be written is told, and training goes on without: the one before it is still there. */
  async write(at: Checkpoint, arrays: ReadonlyMap<string, ShapedArray>): Promise<void> {
    const { folder, runId, events, clock, note } = this.#options;
    const path = checkpointPath(folder, this.#loop, at.step);
    const start = clock();
    try {
      const stored = { ...at, run: runId, loop: this.#loop, ...await events.settle() };
      await writeCheckpoint(path, stored, arrays);
      for (const old of checkpointFiles(folder, this.#loop).slice(KEPT)) await removeFile(old);
      this.#complaint = "";
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // A disk stays full for many checkpoints: once is enough.
      const complaint = error.message.replaceAll(path, "");
      if (complaint !== this.#complaint) {
        note(
          `${error.message} The run goes on without; the next checkpoint is tried all the same.`,
        );
      }
      this.#complaint = complaint;
    }
    this.#lastAt = clock();
    const cost = this.#lastAt - start;
    // A clock that jumped makes one of them long; the lesser of two is not taken in by it.
    this.#costs = [this.#costs[1], cost >= 0 ? cost : 0];
  }
}

/** Removes a file that may be gone already. */
async function removeFile(path: string): Promise<void> {
  await explaining(`remove ${path}`, async () => {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  });
}
