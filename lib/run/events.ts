/**
 * The metric log of a run: one JSON object a line, appended; a torn last line is dropped on reading.
 *
 * A run that goes on after an interruption says again what it said before, since the same steps log the
 * same numbers. The log compares what is said with what the file holds, and writes what it does not hold.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { explaining } from "../dataset/explaining.ts";
import { InputError } from "../numeric/errors.ts";
import { type Event, eventSchema } from "./schema.ts";

/** How far a log had come at some moment, for a checkpoint to keep. */
export interface LogMoment {
  /** Events added from the run's beginning. */
  readonly events: number;
  /** Bytes of the file that hold them. */
  readonly logged: number;
  /** SHA-256 of those bytes. */
  readonly log: string;
}

const encoder = new TextEncoder();

/** An open log. */
export class EventLog {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #note: (text: string) => void;
  readonly #heard: (event: Event) => void;
  /** The lines that the file held when it was opened. */
  #earlier: readonly string[];
  /** How many of them have been said again or are vouched for by a checkpoint. */
  #again = 0;
  /** Events added. */
  #added = 0;
  /** Bytes of the events added, and their digest: a part of the file, and what is pending. */
  #said = 0;
  readonly #hash = createHash("sha256");
  /** Bytes of the file that are to stay. */
  #size: number;
  #pending: string[] = [];

  private constructor(
    file: Deno.FsFile,
    path: string,
    note: (text: string) => void,
    heard: (event: Event) => void,
    earlier: readonly string[],
  ) {
    this.#file = file;
    this.#path = path;
    this.#note = note;
    this.#heard = heard;
    this.#earlier = earlier;
    this.#size = bytesOf(earlier);
  }

  /**
   * Opens the log at `path`, a new one or one that an interrupted run left: its lines before the first that
   * is torn or damaged are kept.
   *
   * @param note Told when the file turns out to say something else than the run.
   * @param heard Told of every event that has been added, in order, also those for which a checkpoint stands.
   */
  static async open(
    path: string,
    note: (text: string) => void = () => {},
    heard: (event: Event) => void = () => {},
  ): Promise<EventLog> {
    return await explaining(`write ${path}`, async () => {
      const file = await Deno.open(path, { read: true, write: true, create: true });
      try {
        return new EventLog(file, path, note, heard, wholeLines(await Deno.readFile(path)));
      } catch (error) {
        file.close();
        throw error;
      }
    });
  }

  /** Adds an event; it reaches the file at the next {@linkcode flush}. A non-finite value is kept as `null`. */
  add({ step, epoch, tag, value }: Event & { value: number }): void {
    const event: Event = {
      step,
      ...(epoch === undefined ? {} : { epoch }),
      tag,
      value: Number.isFinite(value) ? value : null,
    };
    const line = `${JSON.stringify(event)}\n`;
    if (this.#again < this.#earlier.length && this.#earlier[this.#again] !== line) {
      this.#note(
        `Line ${
          this.#again + 1
        } of ${this.#path} was altered after it was written, or the run is ` +
          `not the same. The log is written again from there on.`,
      );
      this.#forgetRest();
    }
    this.#added++;
    if (this.#again < this.#earlier.length) this.#again++;
    else this.#pending.push(line);
    this.#count(line);
    this.#heard(event);
  }

  /**
   * Counts events as added that were logged before a checkpoint, as far as the file still holds them. A file
   * that is too short is kept as it is, one that says something else as far as it was found good.
   *
   * @returns How many of them the file does not hold, though it did then.
   */
  skipTo({ events, logged, log }: LogMoment): number {
    const missing = events - this.#added;
    this.#added = events;
    const start = this.#again;
    const hash = this.#hash.copy();
    let said = this.#said;
    let end = start;
    for (; end < this.#earlier.length && said < logged; end++) {
      hash.update(this.#earlier[end]!);
      said += bytesOf([this.#earlier[end]!]);
    }
    const good = said === logged && hash.digest("hex") === log;
    if (said >= logged && !good) {
      this.#forgetRest();
      return missing;
    }
    for (; this.#again < end; this.#again++) {
      const line = this.#earlier[this.#again]!;
      this.#count(line);
      this.#heard(JSON.parse(line));
    }
    return good ? 0 : missing - (end - start);
  }

  /** Writes what was added. What cannot be written stays to be written, and the file as it was. */
  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const bytes = encoder.encode(this.#pending.join(""));
    try {
      await explaining(`write ${this.#path}`, async () => {
        await this.#cut(this.#size);
        for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
      });
    } catch (error) {
      await this.#file.truncate(this.#size).catch(() => {});
      throw error;
    }
    this.#size += bytes.length;
    this.#pending = [];
  }

  /** Writes what was added and syncs; how far the log has come by that. */
  async settle(): Promise<LogMoment> {
    await this.flush();
    await explaining(`write ${this.#path}`, () => this.#file.sync());
    return { events: this.#added, logged: this.#said, log: this.#hash.copy().digest("hex") };
  }

  /** Writes what was added, syncs and closes. What the file held beyond that was never said, and goes. */
  async close(): Promise<void> {
    await this.flush();
    await explaining(`write ${this.#path}`, async () => {
      await this.#cut(this.#said);
      await this.#file.sync();
    });
    this.#file.close();
  }

  /** Closes without writing what was added. */
  abandon(): void {
    this.#file.close();
  }

  #count(line: string): void {
    this.#hash.update(line);
    this.#said += bytesOf([line]);
  }

  /** Drops the lines of the file that have not been said again. */
  #forgetRest(): void {
    this.#earlier = this.#earlier.slice(0, this.#again);
    this.#size = bytesOf(this.#earlier);
  }

  async #cut(size: number): Promise<void> {
    await this.#file.truncate(size);
    await this.#file.seek(size, Deno.SeekMode.Start);
  }
}

/**
 * Reads a log.
 *
 * @throws {InputError} When a line other than a torn last one is not an event, with its number.
 */
export async function readEvents(path: string): Promise<Event[]> {
  return linesOf(await Deno.readFile(path)).map((line, i) => {
    const event = parseEvent(line);
    if (event !== null) return event;
    const found = JSON.stringify(new TextDecoder().decode(line.subarray(0, 80)).trimEnd());
    throw new InputError(
      `Cannot read ${path}: line ${
        i + 1
      } is not an event: ${found}. Run the experiment again with ` +
        `--rerun.`,
    );
  });
}

/** The lines before the first that is torn or damaged. */
function wholeLines(bytes: Uint8Array): string[] {
  const lines = linesOf(bytes);
  const damaged = lines.findIndex((line) => parseEvent(line) === null);
  const whole = damaged < 0 ? lines : lines.slice(0, damaged);
  return whole.map((line) => new TextDecoder().decode(line));
}

/** The lines of a file, each with its newline; what follows the last newline is a torn line. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0, end; (end = bytes.indexOf(10, from)) >= 0; from = end + 1) {
    lines.push(bytes.subarray(from, end + 1));
  }
  return lines;
}

function parseEvent(line: Uint8Array): Event | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
    return eventSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + encoder.encode(line).length, 0);
}
