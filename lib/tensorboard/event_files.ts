/**
 * The event files of one TensorBoard run, which is a folder: what is said again after an interruption is found there
 * and not written twice.
 *
 * TensorBoard reads the files of a folder in the order of their names, each to its end or to a torn record, and does
 * not come back to one when there is a later one. So every process writes a file of its own, after the ones before
 * it. It begins with a session's start at the step of its first event: whoever reads it drops what was said of that
 * step and later ones, also what a TensorBoard that was looking on had read before it was torn. What the earlier
 * files say of that step is therefore said once more. Where they say something else than the run, they go, and the
 * new file begins at step 0.
 *
 * @module
 */

import { join } from "@std/path";
import { recordOf, recordsIn } from "./records.ts";
import {
  decodeEvent,
  encodeEvent,
  type EventProto,
  FILE_VERSION,
  SESSION_START,
} from "./schema.ts";

const PREFIX = "events.out.tfevents.";
/** Where TensorFlow has the name of the host, which a task is not allowed to ask for. */
const SUFFIX = ".assay";
/** An event of which something can be told without decoding it. */
interface Said {
  readonly step: number;
  readonly bytes: Uint8Array;
}

/** What an event's bytes begin with where it has a wall time, and how many of them there are with it. */
const WALL_TIME = { key: 0x09, bytes: 9 };

/** The files of one folder. */
export class EventFiles {
  readonly #folder: string;
  readonly #clock: () => number;
  /** Events that the files held when they were first looked at; `null` before that. */
  #earlier: Said[] | null = null;
  /** How many of them have been said again. */
  #again = 0;
  /** Events said, and neither found nor written yet. */
  #waiting: Said[] = [];
  /** What this process writes to. */
  #file: { readonly path: string; readonly bytes: number } | null = null;

  /**
   * Files in `folder`; it is looked at when something is written.
   *
   * @param clock Seconds since 1970, for the names of files.
   */
  constructor(folder: string, clock: () => number) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Says something; it reaches a file at the next {@linkcode write}. */
  add(event: EventProto): void {
    this.#waiting.push({ step: event.step ?? 0, bytes: encodeEvent(event) });
  }

  /**
   * Writes what was said and is not there. What cannot be written stays to be written.
   *
   * @param complete Nothing more will be said: what the files hold beyond it goes.
   */
  write(complete: boolean): void {
    this.#earlier ??= this.#summaries();
    const left = this.#earlier.length - this.#again;
    const found = this.#waiting.slice(0, left).findIndex((event, i) =>
      !saysTheSame(event, this.#earlier![this.#again + i]!)
    );
    const same = found < 0 ? Math.min(left, this.#waiting.length) : found;
    this.#again += same;
    this.#waiting = this.#waiting.slice(same);
    if (same < left && (complete || this.#waiting.length > 0)) this.#beginAnew();
    if (this.#waiting.length > 0) this.#append();
  }

  /** Removes the files; what they held and was said again is written once more, as it was. */
  #beginAnew(): void {
    for (const name of this.#names()) Deno.removeSync(join(this.#folder, name));
    this.#waiting = [...this.#earlier!.slice(0, this.#again), ...this.#waiting];
    this.#earlier = [];
    this.#again = 0;
    this.#file = null;
  }

  #append(): void {
    const { path, bytes: before } = this.#file ?? { path: this.#nextPath(), bytes: 0 };
    const opening = before === 0 ? this.#opening() : [];
    const records = [...opening, ...this.#waiting.map(({ bytes }) => bytes)].map(recordOf);
    const bytes = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const record of records) {
      bytes.set(record, at);
      at += record.length;
    }
    Deno.mkdirSync(this.#folder, { recursive: true });
    try {
      Deno.writeFileSync(path, bytes, { append: true });
    } catch (error) {
      takeBack(path, before);
      throw error;
    }
    this.#file = { path, bytes: before + bytes.length };
    this.#waiting = [];
  }

  /** What a file begins with, whose first event waits. */
  #opening(): Uint8Array[] {
    const now = { wall_time: this.#clock() };
    const first = this.#earlier!.length === 0 ? 0 : this.#waiting[0]!.step;
    return [
      encodeEvent({ ...now, file_version: FILE_VERSION }),
      encodeEvent({ ...now, step: first, session_log: { status: SESSION_START } }),
      ...this.#earlier!.filter(({ step }) => step >= first).map(({ bytes }) => bytes),
    ];
  }

  /** What the files of the folder say, by TensorBoard's rules. */
  #summaries(): Said[] {
    let said: Said[] = [];
    for (const name of this.#names()) {
      for (const bytes of recordsIn(Deno.readFileSync(join(this.#folder, name)))) {
        const { step = 0, summary, session_log } = decodeEvent(bytes);
        if (session_log) said = said.filter((earlier) => earlier.step < step);
        else if (summary) said.push({ step, bytes });
      }
    }
    return said;
  }

  /** A name after those that are there, even where the clock went back. */
  #nextPath(): string {
    const newest = this.#names().at(-1) ?? "";
    const after = newest.slice(PREFIX.length, newest.length - SUFFIX.length);
    const second = Math.max(Math.floor(this.#clock()), Number(after) + 1);
    return join(this.#folder, `${PREFIX}${second}${SUFFIX}`);
  }

  /** Names of our files, the oldest first. */
  #names(): string[] {
    try {
      return [...Deno.readDirSync(this.#folder)].map(({ name }) => name)
        .filter((name) => name.startsWith(PREFIX) && name.endsWith(SUFFIX)).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }
}

/** Whether two events differ in their wall times at most. */
function saysTheSame(a: Said, b: Said): boolean {
  const [saidByA, saidByB] = [timeless(a), timeless(b)];
  return saidByA.length === saidByB.length && saidByA.every((byte, i) => byte === saidByB[i]);
}

/** An event without its wall time. */
function timeless({ bytes }: Said): Uint8Array {
  return bytes.subarray(bytes[0] === WALL_TIME.key ? WALL_TIME.bytes : 0);
}

/** Cuts a file back to its length before a write that failed, as far as that can be done. */
function takeBack(path: string, length: number): void {
  try {
    if (length === 0) Deno.removeSync(path);
    else Deno.truncateSync(path, length);
  } catch {
    // A torn record at its end is what readers are ready for.
  }
}
