/**
 * A run of ours as TensorBoard shows it: each training a run of its own, so that one tag of several trainings makes
 * one chart; above them what is said of the whole.
 *
 * @module
 */

import { join } from "@std/path";
import { explaining } from "../dataset/explaining.ts";
import { InputError } from "../numeric/errors.ts";
import { EventFiles } from "./event_files.ts";
import type { ValueProto } from "./schema.ts";
import { scalarValue, type Session, sessionEnd, sessionStart, textValue } from "./values.ts";

/** Where a board is, and what surrounds it. */
export interface BoardOptions {
  readonly folder: string;
  /** The wall time of what is said now, in seconds since 1970. */
  readonly clock: () => number;
  /** Told what could not be written. */
  readonly note: (text: string) => void;
}

/** A number as a run logs it. */
export interface LoggedNumber {
  readonly step: number;
  readonly epoch?: number | undefined;
  /** One that begins with a loop's name and `/` is that loop's. */
  readonly tag: string;
  /** `null` where it is no finite number. */
  readonly value: number | null;
}

/** What a run came to. */
export interface BoardOutcome {
  readonly metrics: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly severity: string;
    readonly rule: string;
    readonly evidence: string;
    readonly advice: string;
  }[];
  /** Seconds since 1970. */
  readonly endedAt: number;
}

/**
 * The event files of one run. Said again what it was told before, it writes what is missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const board = new Board({ folder, clock: () => 1_800_000_000, note: () => {} });
 * board.beginLoop("walk");
 * board.log({ step: 1, tag: "walk/position", value: 0.5 });
 * await board.flush();
 * const [{ name }] = Deno.readDirSync(`${folder}/walk`);
 * assertEquals(name, "events.out.tfevents.1800000000.assay");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class Board {
  readonly #options: BoardOptions;
  readonly #loops: string[] = [];
  readonly #files = new Map<string, EventFiles>();
  /** The last epoch said, by loop. */
  readonly #epochs = new Map<string, number>();
  /** What was wrong with the last write; nothing when it went well. */
  #complaint = "";

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  /** Says of what kind the run is. */
  start(session: Session): void {
    this.#say("", 0, [sessionStart(session)]);
  }

  /** From now on numbers may be of this loop. */
  beginLoop(name: string): void {
    this.#loops.push(name);
  }

  /** Says a number, and with it the epoch when that is another than before. */
  log({ step, epoch, tag, value }: LoggedNumber): void {
    const loop = this.#loopOf(tag);
    const own = loop === "" ? tag : tag.slice(loop.length + 1);
    const values = [scalarValue(own, value ?? NaN)];
    if (epoch !== undefined && epoch !== this.#epochs.get(loop)) {
      this.#epochs.set(loop, epoch);
      values.push(scalarValue("epoch", epoch));
    }
    this.#say(loop, step, values);
  }

  /** Says what the run came to, writes, and removes what was there and has not been said. */
  async finish({ metrics, findings, endedAt }: BoardOutcome): Promise<void> {
    for (const name of Object.keys(metrics).sort()) {
      this.#say("", 0, [scalarValue(`metrics/${name}`, metrics[name]!)]);
    }
    if (findings.length > 0) this.#say("", 0, [textValue("findings", tableOf(findings))]);
    this.#say("", 0, [sessionEnd(endedAt)]);
    await this.#write(true);
  }

  /**
   * Writes what was said. What cannot be written is told once and stays to be written: no run fails of it.
   */
  async flush(): Promise<void> {
    await this.#write(false);
  }

  async #write(complete: boolean): Promise<void> {
    const { folder, note } = this.#options;
    try {
      // Nothing in it waits: two writes at once do not meet.
      await explaining(`write event files in ${folder}`, () => {
        for (const files of this.#files.values()) files.write(complete);
        return Promise.resolve();
      });
      this.#complaint = "";
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (error.message !== this.#complaint) note(error.message);
      this.#complaint = error.message;
    }
  }

  #say(loop: string, step: number, value: readonly ValueProto[]): void {
    const { folder, clock } = this.#options;
    let files = this.#files.get(loop);
    if (!files) this.#files.set(loop, files = new EventFiles(join(folder, loop), clock));
    files.add({ wall_time: clock(), step, summary: { value } });
  }

  /** The loop whose number it is, the longest name of all that fit; none: the run's own. */
  #loopOf(tag: string): string {
    return this.#loops.filter((name) => tag.startsWith(`${name}/`))
      .reduce((longest, name) => name.length > longest.length ? name : longest, "");
  }
}

function tableOf(findings: BoardOutcome["findings"]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  const rows = findings.map(({ severity, rule, evidence, advice }) =>
    `| ${[severity, rule, evidence, advice].map(cell).join(" | ")} |`
  );
  return ["| severity | rule | evidence | advice |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}
