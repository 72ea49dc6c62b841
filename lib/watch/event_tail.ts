/**
 * Follows the `events.jsonl` of a run that another process writes: what is new since the last look, by
 * offset, never the whole file again.
 *
 * A run that goes on after an interruption cuts off what its checkpoint does not stand for, and says it
 * again. So the bytes before the offset are not for ever: the last line read is looked at again each time.
 *
 * @module
 */

import { type Event, eventSchema } from "../run/schema.ts";

/** What a look at the file brought. */
export interface Heard {
  /** Whether the file was written anew, or cut and written on: what was heard before counts no more. */
  readonly anew: boolean;
  readonly events: readonly Event[];
  /** Complete lines among the new ones that are no events. */
  readonly unreadable: number;
  /** When it was last written to, in milliseconds since 1970; `null` where there is no such file. */
  readonly modified: number | null;
}

/** Bytes read at once, and of a line at most. */
const BLOCK = 2 ** 18;

const nothing: Heard = { anew: false, events: [], unreadable: 0, modified: null };

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A place in a log, from which it is read on. */
export class EventTail {
  /** Bytes read: to the end of the last complete line. */
  #offset = 0;
  /** The last complete line, which must still stand before the offset. */
  #last = new Uint8Array(0);
  #seen: { readonly size: number; readonly modified: number } | null = null;

  /**
   * Reads on.
   *
   * @param path The log. It may be another path than the last time, when the run's folder was renamed.
   * @param most Blocks of 256 KiB at most; what is left is for the next look.
   */
  async read(path: string, most = 64): Promise<Heard> {
    const found = await statOf(path);
    // A folder that is being renamed is nowhere for a moment, and its log will be where it left off.
    if (found === null) return nothing;
    const { size, modified } = found;
    // Asking for size and time costs no reading; a file of the same size and time says nothing new.
    if (this.#seen?.size === size && this.#seen.modified === modified) {
      return { anew: false, events: [], unreadable: 0, modified };
    }
    try {
      using file = await Deno.open(path);
      const anew = !await this.#isWhereItWas(file, size);
      if (anew) this.#forget();
      const events: Event[] = [];
      let unreadable = 0;
      let more = true;
      for (let block = 0; block < most && more; block++) {
        const bytes = await this.#block(file);
        more = bytes.length > 0;
        for (const line of linesOf(bytes)) {
          const event = eventOf(line);
          if (event === null) unreadable++;
          else events.push(event);
        }
      }
      this.#seen = more ? null : found;
      return { anew, events, unreadable, modified };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return nothing;
      throw error;
    }
  }

  #forget(): void {
    this.#offset = 0;
    this.#last = new Uint8Array(0);
    this.#seen = null;
  }

  /** Whether the last line read still stands where it stood. */
  async #isWhereItWas(file: Deno.FsFile, size: number): Promise<boolean> {
    if (size < this.#offset) return false;
    const there = await bytesAt(file, this.#offset - this.#last.length, this.#last.length);
    return there.length === this.#last.length && there.every((byte, i) => byte === this.#last[i]);
  }

  /** The next complete lines, none when there is none yet. */
  async #block(file: Deno.FsFile): Promise<Uint8Array> {
    const bytes = await bytesAt(file, this.#offset, BLOCK);
    const end = bytes.lastIndexOf(10) + 1;
    // A line longer than a block is no event; its parts count as unreadable.
    const whole = end === 0 && bytes.length === BLOCK ? bytes : bytes.subarray(0, end);
    if (whole.length > 0) {
      this.#last = whole.slice(whole.lastIndexOf(10, -2) + 1).slice(-1024);
      this.#offset += whole.length;
    }
    return whole;
  }
}

async function statOf(path: string): Promise<{ size: number; modified: number } | null> {
  try {
    const { size, mtime } = await Deno.stat(path);
    return { size, modified: mtime?.getTime() ?? 0 };
  } catch (error) {
    // On a shared file system a folder that another machine removed may be "stale" for a while.
    if (error instanceof Deno.errors.NotFound || (error as { code?: string }).code === "ESTALE") {
      return null;
    }
    throw error;
  }
}

/** Up to `most` bytes from `offset`. */
async function bytesAt(file: Deno.FsFile, offset: number, most: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  await file.seek(offset, Deno.SeekMode.Start);
  let length = 0;
  while (length < most) {
    const read = await file.read(bytes.subarray(length)) ?? 0;
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(10, from);
    const end = newline < 0 ? bytes.length : newline + 1;
    yield bytes.subarray(from, end);
    from = end;
  }
}

function eventOf(line: Uint8Array): Event | null {
  try {
    return eventSchema.parse(JSON.parse(decoder.decode(line)));
  } catch {
    return null;
  }
}
