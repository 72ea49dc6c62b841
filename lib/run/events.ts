/**
 * The metric log of a run: one JSON object a line, appended; a torn last line is dropped on reading.
 *
 * A run that goes on after an interruption says again what it said before, since the same steps log the
 * same numbers. The log counts events, and writes those that the file does not hold yet.
 *
 * @module
 */

import { explaining } from "../dataset/explaining.ts";
import { InputError } from "../numeric/errors.ts";
import { type Event, eventSchema } from "./schema.ts";

/** An open log. */
export class EventLog {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  /** Events in the file, those counted that were lost with it included. */
  #held: number;
  /** Events added. */
  #added = 0;
  /** Bytes of the file that are whole lines. */
  #size: number;
  #pending: string[] = [];

  private constructor(file: Deno.FsFile, path: string, held: number, size: number) {
    this.#file = file;
    this.#path = path;
    this.#held = held;
    this.#size = size;
  }

  /** Opens the log at `path`, a new one or one that an interrupted run left: its whole lines are kept. */
  static async open(path: string): Promise<EventLog> {
    return await explaining(`write ${path}`, async () => {
      const file = await Deno.open(path, { read: true, write: true, create: true });
      try {
        const { lines, bytes } = wholeLines(await Deno.readTextFile(path));
        await file.truncate(bytes);
        await file.seek(bytes, Deno.SeekMode.Start);
        return new EventLog(file, path, lines, bytes);
      } catch (error) {
        file.close();
        throw error;
      }
    });
  }

  /** Adds an event; it reaches the file at the next {@linkcode flush}. A non-finite value is kept as `null`. */
  add({ step, epoch, tag, value }: Event & { value: number }): void {
    if (++this.#added <= this.#held) return;
    const event: Event = {
      step,
      ...(epoch === undefined ? {} : { epoch }),
      tag,
      value: Number.isFinite(value) ? value : null,
    };
    this.#pending.push(`${JSON.stringify(event)}\n`);
  }

  /**
   * Counts events as added that a checkpoint says were logged before it.
   *
   * @param count Events logged until then, from the run's beginning.
   * @returns How many of them the file does not hold.
   */
  skipTo(count: number): number {
    const lost = Math.max(0, count - this.#held);
    this.#held += lost;
    this.#added = count;
    return lost;
  }

  /** Writes what was added. What cannot be written stays to be written, and the file as it was. */
  async flush(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#pending.join(""));
    try {
      await explaining(`write ${this.#path}`, async () => {
        for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
      });
    } catch (error) {
      await this.#file.truncate(this.#size).catch(() => {});
      await this.#file.seek(this.#size, Deno.SeekMode.Start);
      throw error;
    }
    this.#size += bytes.length;
    this.#held += this.#pending.length;
    this.#pending = [];
  }

  /** Writes what was added and syncs; how many events were added from the run's beginning. */
  async settle(): Promise<number> {
    await this.flush();
    await explaining(`write ${this.#path}`, () => this.#file.sync());
    return this.#added;
  }

  /** Writes what was added, syncs and closes. */
  async close(): Promise<void> {
    try {
      await this.settle();
    } finally {
      this.#file.close();
    }
  }

  /** Closes without writing what was added. */
  abandon(): void {
    this.#file.close();
  }
}

/**
 * Reads a log.
 *
 * @throws {InputError} When a line other than a torn last one is not an event, with its number.
 */
export async function readEvents(path: string): Promise<Event[]> {
  const lines = (await Deno.readTextFile(path)).split("\n");
  lines.pop(); // what follows the last newline: nothing, or a torn line
  return lines.map((line, i) => {
    const event = parseEvent(line);
    if (event !== null) return event;
    throw new InputError(
      `Cannot read ${path}: line ${i + 1} is not an event: ${JSON.stringify(line.slice(0, 80))}. ` +
        `Run the experiment again with --rerun.`,
    );
  });
}

/** The lines before the first that is torn or damaged, and their bytes. */
function wholeLines(text: string): { lines: number; bytes: number } {
  const lines = text.split("\n");
  lines.pop();
  const damaged = lines.findIndex((line) => parseEvent(line) === null);
  const whole = damaged < 0 ? lines : lines.slice(0, damaged);
  const bytes = whole.reduce((sum, line) => sum + new TextEncoder().encode(line).length + 1, 0);
  return { lines: whole.length, bytes };
}

function parseEvent(line: string): Event | null {
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
