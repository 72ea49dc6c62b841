/**
 * Launching on this machine: what is complete answers at once, one missing run is made in this process,
 * several in processes of their own, as many at once as there are cores.
 *
 * @module
 */

import { closeDevice } from "../../device/device.ts";
import { threadsAsked } from "../../device/wasm/threads.ts";
import { InputError } from "../../numeric/errors.ts";
import { answered, type MissingRun } from "../answers.ts";
import { inTurn } from "../in_turn.ts";
import type { Job, Launch, LaunchSession } from "../job.ts";
import { Pool, type PoolSettings } from "./pool.ts";
import { runsAtOnce, threadsOfEach } from "./shares.ts";

/** How to launch. */
export interface LocalOptions {
  /** Runs at once; `null` for as many as the machine is made for. */
  readonly jobs: number | null;
  /** Megabytes that the process of a run may take; `null` for as many as there are. */
  readonly memory: number | null;
  /** Where relative paths of input files start. */
  readonly folder: string;
  /** Folder that runs are written to. */
  readonly reports: string;
}

/** Launches on this machine, also several times in one session: later jobs may depend on earlier outcomes. */
export function local({ jobs: asked, memory, folder, reports }: LocalOptions): Launch {
  // A pool closes the device of this process.
  let pooled = false;
  return async function* (jobs, session) {
    const cores = navigator.hardwareConcurrency;
    const most = asked ?? usualWidth(jobs, cores);
    if (most === 1 && memory === null) return yield* inTurn(jobs, session);
    const missing: MissingRun[] = [];
    for (const job of jobs) {
      const { runId, finished } = await answered(job, session);
      if (finished === null) missing.push({ job, runId });
      else yield { job, runId, finished, error: null };
    }
    const width = Math.min(most, missing.length);
    if (width === 0) return;
    const threads = threadsOfEach(cores, width, threadsAsked());
    const settings = { width, folder, folders: [reports], memory, threads };
    const alone = width === 1 && memory === null && !pooled;
    const insists = asked !== null || memory !== null || pooled;
    const begun = alone ? null : await beginPool(settings, session, insists);
    if (begun === null) return yield* inTurn(missing.map(({ job }) => job), session);

    using _heeding = session.interruption.heeding();
    await using pool = begun;
    // Its threads are for the processes now.
    await closeDevice();
    pooled = true;
    let ended = jobs.length - missing.length;
    session.progress.total(ended, jobs.length);
    for await (const outcome of pool.make(missing)) {
      session.progress.total(++ended, jobs.length);
      yield outcome;
    }
  };
}

/** A pool with a first process; `null`, and a note, where there can be none and nobody insists. */
async function beginPool(
  settings: PoolSettings,
  session: LaunchSession,
  insists: boolean,
): Promise<Pool | null> {
  const pool = new Pool(settings, session);
  try {
    await pool.begin();
    return pool;
  } catch (error) {
    await pool[Symbol.asyncDispose]();
    if (insists || !(error instanceof InputError)) throw error;
    session.progress.note(error.message);
    return null;
  }
}

/** A GPU has one queue, in which runs side by side would only wait for each other. */
function usualWidth(jobs: readonly Job[], cores: number): number {
  if (jobs.some(({ request }) => request.device.backend === "webgpu")) return 1;
  return runsAtOnce(cores, threadsAsked());
}
