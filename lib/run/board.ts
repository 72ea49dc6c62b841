/**
 * What a run tells TensorBoard: its metric log as it grows, its configuration, what it came to. The results of a run
 * do not depend on whether somebody is told.
 *
 * @module
 */

import { join } from "@std/path";
import { explaining } from "../dataset/explaining.ts";
import { InputError } from "../numeric/errors.ts";
import { Board } from "../tensorboard/board.ts";
import { epochSeconds } from "./clock.ts";
import { readEvents } from "./events.ts";
import { readJson } from "./files.ts";
import { historiesIn } from "./history.ts";
import { groupId } from "./identity.ts";
import { type Manifest, manifestSchema, type Result } from "./schema.ts";

type Note = (text: string) => void;

/** The event files of a run that begins or goes on, in `folder`. */
export function startBoard(folder: string, manifest: Manifest, note: Note): Board {
  return begun(new Board({ folder, clock: epochSeconds, note }), manifest);
}

/** Writes the rest: what the run came to. */
export async function finishBoard(
  board: Board,
  manifest: Manifest,
  { metrics, findings, seconds: { total } }: Result,
): Promise<void> {
  await board.finish({ metrics, findings, endedAt: lastStart(manifest) + total });
}

/**
 * Writes the event files of a complete run in `folder`, as far as they are not there. The time of each event was not
 * kept: what is written now has the time of the run's end.
 *
 * @param directory The run's.
 * @param note Told why there are none, where the run's own files cannot be read.
 */
export async function writeBoard(
  folder: string,
  directory: string,
  result: Result,
  note: Note,
): Promise<void> {
  try {
    const manifest = await readJson(join(directory, "manifest.json"), manifestSchema);
    if (manifest === null) throw new InputError(`${directory} has no manifest.json.`);
    const log = join(directory, "events.jsonl");
    const events = await explaining(`read ${log}`, () => readEvents(log));
    const end = lastStart(manifest) + result.seconds.total;
    const board = begun(new Board({ folder, clock: () => end, note }), manifest);
    for (const loop of historiesIn(directory)) board.beginLoop(loop);
    for (const event of events) board.log(event);
    await finishBoard(board, manifest, result);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    note(`No event files of run ${result.runId} are written: ${error.message}`);
  }
}

/** A board that has been told of the run's beginning. Runs that differ in their seeds are one group. */
function begun(board: Board, { identity, startedAt }: Manifest): Board {
  board.start({
    config: identity.config,
    group: groupId(identity),
    startedAt: Date.parse(startedAt) / 1000,
  });
  return board;
}

/** When the run was started, or went on for the last time, in seconds since 1970. */
function lastStart({ startedAt, resumedAt }: Manifest): number {
  return Date.parse(resumedAt.at(-1) ?? startedAt) / 1000;
}
