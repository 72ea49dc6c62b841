/**
 * The event files of one TensorBoard run, which is a folder: what is said again after an interruption is found there
 * and not written twice.
 *
 * TensorBoard reads the files of a folder in the order of their names, each to its end or to a torn record, and does
 * not come back to one when there is a later one. So every process writes a file of its own, after the ones before
 * it. Where the files say something else than the run, they go, and the new file says so: it begins with a session's
 * start at step 0, by which a TensorBoard that is looking on drops what it holds.
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
/** What an event's bytes begin with where it has a wall time, and how many of them there are with it. */
const WALL_TIME = { key: 0x09, bytes: 9 };

/** The files of one folder. */
export class EventFiles {
  readonly #folder: string;
  readonly #clock: () => number;
  /** Events that the files held when they were first looked at; `null` before that. */
  #earlier: Uint8Array[] | null = null;
  /** How many of them have been said again. */
  #again = 0;
  /** Events said, and neither found nor written yet. */
  #waiting: Uint8Array[] = [];
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
    this.#waiting.push(encodeEvent(event));
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
    const records = [...before === 0 ? this.#opening() : [], ...this.#waiting].map(recordOf);
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

  /** The first records of a file. */
  #opening(): Uint8Array[] {
    const now = { wall_time: this.#clock() };
    const anew = { ...now, step: 0, session_log: { status: SESSION_START } };
    return [
      encodeEvent({ ...now, file_version: FILE_VERSION }),
      ...this.#earlier!.length === 0 ? [encodeEvent(anew)] : [],
    ];
  }

  /** What the files of the folder say. */
  #summaries(): Uint8Array[] {
    return this.#names()
      .flatMap((name) => [...recordsIn(Deno.readFileSync(join(this.#folder, name)))])
      .filter((record) => decodeEvent(record).summary !== undefined);
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
function saysTheSame(a: Uint8Array, b: Uint8Array): boolean {
  const [saidByA, saidByB] = [said(a), said(b)];
  return saidByA.length === saidByB.length && saidByA.every((byte, i) => byte === saidByB[i]);
}

/** An event without its wall time. */
function said(event: Uint8Array): Uint8Array {
  return event.subarray(event[0] === WALL_TIME.key ? WALL_TIME.bytes : 0);
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
