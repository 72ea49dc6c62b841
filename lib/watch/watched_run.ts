/**
 * One run as it goes: what its folder says of its state, and what its log brings.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { readResult } from "../run/checksums.ts";
import { readJson } from "../run/files.ts";
import { groupId } from "../run/identity.ts";
import { logPath } from "../run/log.ts";
import { type Event, type Manifest, manifestSchema, type Result } from "../run/schema.ts";
import { Curve } from "./curve.ts";
import { EventTail } from "./event_tail.ts";
import type { ProfileFolder } from "./run_folders.ts";

/**
 * How a run stands. `stopped`: interrupted or failed after a checkpoint, so that it can go on; `failed`:
 * its folder is gone and its log tells why; `removed`: gone without a word; `unreadable`: complete, but its
 * result is not what was written.
 */
export type RunState = "running" | "stopped" | "finished" | "failed" | "removed" | "unreadable";

/** What a monitor noticed while the run goes on. */
export interface LiveFinding {
  readonly loop: string;
  readonly rule: string;
  readonly step: number;
  readonly epoch: number | null;
}

/** A folder that is listed while it is renamed may be missing from the list: it is gone after so many looks. */
const ABSENT_LOOKS = 3;

const findingTag = /^(.+)\/finding\/([^/]+)$/;

/** A run that is followed. */
export class WatchedRun {
  state: RunState = "running";
  manifest: Manifest | null = null;
  /** Of a finished run. */
  result: Result | null = null;
  /** Why it failed or cannot be read. */
  problem: string | null = null;
  /** By tag, in the order in which they were first heard of. */
  curves = new Map<string, Curve>();
  findings: LiveFinding[] = [];
  /** The last number of the log that says how it goes: a learning rate does not. */
  last: Event | null = null;
  /** When the log was last written to, in milliseconds since 1970. */
  heardAt: number | null = null;
  /** Lines of the log that cannot be read. */
  unreadable = 0;
  readonly #folder: string;
  #tail = new EventTail();
  /** Its log has been read to the end, and the run is complete. */
  #read = false;
  #absent = 0;
  #group: string | null = null;

  /** @param folder Of the experiment's profile. */
  constructor(readonly id: string, { path }: Pick<ProfileFolder, "path">) {
    this.#folder = path;
  }

  /** What it has in common with runs that differ in their seeds only; `null` before that is known. */
  get group(): string | null {
    return this.#group;
  }

  get seed(): number | null {
    return this.manifest?.identity.seed ?? null;
  }

  /**
   * Looks at it.
   *
   * @param curves Whether to read its log too.
   * @returns Whether anything that is shown has changed.
   */
  async look({ complete, partial }: ProfileFolder, curves: boolean): Promise<boolean> {
    const there = partial.has(this.id) || complete.has(this.id);
    this.#absent = there ? 0 : this.#absent + 1;
    if (partial.has(this.id)) return await this.#lookAtWork(curves);
    if (complete.has(this.id)) return await this.#lookAtResult(curves);
    if (this.#absent < ABSENT_LOOKS || this.state === "failed" || this.state === "removed") {
      return false;
    }
    this.problem = await lastLine(logPath(this.#folder, this.id));
    this.state = this.problem === null ? "removed" : "failed";
    return true;
  }

  async #lookAtWork(curves: boolean): Promise<boolean> {
    const folder = join(this.#folder, `${this.id}.partial`);
    if (this.result !== null || this.state === "unreadable") this.#begin();
    const before = this.state;
    this.state = await isHeld(join(this.#folder, ".locks", this.id)) ? "running" : "stopped";
    this.problem = null;
    let changed = before !== this.state;
    if (changed || this.manifest === null) changed = await this.#identify(folder) || changed;
    return curves && await this.#hear(folder) || changed;
  }

  async #lookAtResult(curves: boolean): Promise<boolean> {
    const folder = join(this.#folder, this.id);
    const changed = this.state !== "finished" && this.state !== "unreadable";
    if (changed) {
      if (this.manifest === null) await this.#identify(folder);
      await this.#finish(folder);
    }
    if (!curves || this.#read) return changed;
    const heard = await this.#hear(folder);
    this.#read = !heard;
    return heard || changed;
  }

  async #finish(folder: string): Promise<void> {
    try {
      this.result = await readResult(folder);
      this.state = this.result === null ? "unreadable" : "finished";
      this.problem = this.result === null ? `${folder} has no result.json.` : null;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.state = "unreadable";
      this.problem = error.message;
    }
  }

  async #identify(folder: string): Promise<boolean> {
    const manifest = await readJson(join(folder, "manifest.json"), manifestSchema)
      .catch(() => null);
    if (manifest === null) return false;
    this.manifest = manifest;
    this.#group = groupId(manifest.identity);
    return true;
  }

  /** Forgets what it said: it is made again. */
  #begin(): void {
    this.result = null;
    this.manifest = null;
    this.#read = false;
    this.#tail = new EventTail();
    this.#unsay();
  }

  #unsay(): void {
    this.curves = new Map();
    this.findings = [];
    this.last = null;
    this.unreadable = 0;
  }

  /** Reads on in its log; whether there was anything new. */
  async #hear(folder: string): Promise<boolean> {
    const { anew, events, unreadable, modified } = await this.#tail
      .read(join(folder, "events.jsonl"));
    if (anew) this.#unsay();
    for (const event of events) this.#take(event);
    this.unreadable += unreadable;
    this.heardAt = modified ?? this.heardAt;
    return anew || events.length > 0 || unreadable > 0;
  }

  #take(event: Event): void {
    const { step, epoch = null, tag, value } = event;
    const [, loop, rule] = findingTag.exec(tag) ?? [];
    if (loop !== undefined) {
      this.findings.push({ loop, rule: rule!, step, epoch });
      return;
    }
    if (!tag.endsWith("/learning_rate")) this.last = event;
    let curve = this.curves.get(tag);
    if (curve === undefined) this.curves.set(tag, curve = new Curve());
    curve.add(step, value, epoch);
  }
}

/**
 * Whether a process is at a run: it writes who it is into the lock's file and empties it when it leaves. The
 * lock itself is not tried, which could hold up a process that wants it, and says nothing across machines.
 */
async function isHeld(lock: string): Promise<boolean> {
  const found = await Deno.stat(lock).catch(() => null);
  return found === null || found.size > 0;
}

/** The last line of a text; `null` where there is none. */
async function lastLine(path: string): Promise<string | null> {
  const text = await Deno.readTextFile(path).catch(() => null);
  return text?.trimEnd().split("\n").at(-1) ?? null;
}
