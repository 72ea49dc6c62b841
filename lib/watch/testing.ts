/**
 * Test support: runs that nobody makes, as the files that they would leave while they go.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { groupId, type Identity, runId } from "../run/identity.ts";
import { writeResult } from "../run/index/testing.ts";
import { logPath } from "../run/log.ts";
import type { Event, Manifest, Result } from "../run/schema.ts";

/** What sets a scripted run apart. */
export interface ScriptedOptions {
  readonly experiment?: string;
  readonly profile?: string;
  readonly seed?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  /** The experiment's module, relative to the checkout. */
  readonly file?: string;
  /** Digest of that module. */
  readonly code?: string;
  readonly startedAt?: string;
}

/** A run whose files are written by a test. */
export class ScriptedRun {
  readonly id: string;
  readonly group: string;
  readonly manifest: Manifest;
  readonly #folder: string;

  constructor(readonly reports: string, {
    experiment = "demo",
    profile = "quick",
    seed = 1,
    config = {},
    file = "experiments/demo.ts",
    code = "0".repeat(64),
    startedAt = "2026-01-01T00:00:00.000Z",
  }: ScriptedOptions = {}) {
    const identity: Identity = {
      experiment,
      modules: { [file]: code },
      dependencies: {},
      config,
      seed,
      backend: "wasm",
      numerics: "wasm-strict",
    };
    this.id = runId(identity);
    this.group = groupId(identity);
    this.#folder = join(reports, experiment, profile);
    this.manifest = {
      schema: "assay/manifest@1",
      runId: this.id,
      identity,
      profile,
      file,
      inputs: {},
      versions: {},
      adapter: null,
      selfTest: {},
      git: null,
      command: "deno task experiment demo",
      startedAt,
      resumedAt: [],
    };
  }

  /** The folder that it works in. */
  get partial(): string {
    return join(this.#folder, `${this.id}.partial`);
  }

  /** The folder of a complete one. */
  get complete(): string {
    return join(this.#folder, this.id);
  }

  /** It begins, or goes on. */
  begin(): this {
    this.#hold("process 1");
    Deno.mkdirSync(this.partial, { recursive: true });
    Deno.writeTextFileSync(join(this.partial, "manifest.json"), JSON.stringify(this.manifest));
    return this;
  }

  /** It logs numbers. */
  say(...events: readonly Event[]): this {
    return this.write(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }

  /** It writes into its log. */
  write(text: string): this {
    Deno.writeTextFileSync(join(this.partial, "events.jsonl"), text, { append: true });
    return this;
  }

  /** It is interrupted, after a checkpoint. */
  stop(): this {
    this.#hold("");
    return this;
  }

  /** It is complete. */
  finish(about: Partial<Result> = {}): this {
    const { identity: { experiment, seed, config }, profile } = this.manifest;
    Deno.mkdirSync(this.partial, { recursive: true });
    Deno.renameSync(this.partial, this.complete);
    Deno.writeTextFileSync(join(this.complete, "manifest.json"), JSON.stringify(this.manifest));
    writeResult(this.reports, { experiment, profile, seed, config, runId: this.id, ...about });
    this.#hold("");
    return this;
  }

  /** It fails before its first checkpoint, with last words. */
  fail(words: string): this {
    const log = logPath(this.#folder, this.id);
    Deno.mkdirSync(dirname(log), { recursive: true });
    Deno.writeTextFileSync(
      log,
      `2026-01-01T00:00:00.000Z begins\n2026-01-01T00:00:01.000Z ${words}\n`,
    );
    return this.remove();
  }

  /** Its folder is removed by somebody. */
  remove(): this {
    Deno.removeSync(this.partial, { recursive: true });
    this.#hold("");
    return this;
  }

  #hold(holder: string): void {
    const lock = join(this.#folder, ".locks", this.id);
    Deno.mkdirSync(dirname(lock), { recursive: true });
    Deno.writeTextFileSync(lock, holder);
  }
}

/** The loss of a step, as a loop logs it. */
export function loss(step: number, value: number | null, part = "train"): Event {
  return { step, epoch: step, tag: `line/${part}/loss`, value };
}

/** Calls `action` with a fresh reports folder that is removed afterwards. */
export async function withReports(action: (reports: string) => Promise<void>): Promise<void> {
  const reports = await Deno.makeTempDir({ prefix: "assay-watch-" });
  try {
    await action(reports);
  } finally {
    await Deno.remove(reports, { recursive: true });
  }
}
