/**
 * The metric log of a run: one JSON object a line, appended; a torn last line is dropped on reading.
 *
 * @module
 */

import { explaining } from "../dataset/explaining.ts";
import { InputError } from "../numeric/errors.ts";
import { type Event, eventSchema } from "./schema.ts";

/** An open log. */
export class EventLog {
  #file: Deno.FsFile;
  #path: string;
  #pending: string[] = [];

  private constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Opens a new log at `path`. */
  static async create(path: string): Promise<EventLog> {
    return await explaining(
      `write ${path}`,
      async () =>
        new EventLog(await Deno.open(path, { write: true, create: true, truncate: true }), path),
    );
  }

  /** Adds an event; it reaches the file at the next {@linkcode flush}. A non-finite value is kept as `null`. */
  add({ step, epoch, tag, value }: Event & { value: number }): void {
    const event: Event = {
      step,
      ...(epoch === undefined ? {} : { epoch }),
      tag,
      value: Number.isFinite(value) ? value : null,
    };
    this.#pending.push(`${JSON.stringify(event)}\n`);
  }

  /** Writes what was added. */
  async flush(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#pending.join(""));
    this.#pending = [];
    await explaining(`write ${this.#path}`, async () => {
      for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    });
  }

  /** Writes what was added, syncs and closes. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await explaining(`write ${this.#path}`, () => this.#file.sync());
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
    const parsed = eventSchema.safeParse(parseLine(line));
    if (parsed.success) return parsed.data;
    throw new InputError(
      `Cannot read ${path}: line ${i + 1} is not an event: ${JSON.stringify(line.slice(0, 80))}. ` +
        `Run the experiment again with --rerun.`,
    );
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
