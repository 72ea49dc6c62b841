/**
 * What a run's kernels did in one step: the run is taken up before it and watched through it.
 *
 * @module
 */

import { join } from "@std/path";
import type { Device } from "../../device/device.ts";
import { type KernelCall, logKernels } from "../../device/kernel_log.ts";
import { InputError } from "../../numeric/errors.ts";
import { codeChanges, type Repeatable } from "./again.ts";
import { checkpointFiles, checkpointStep } from "../checkpoint/checkpoints.ts";
import { executeRun } from "../execute.ts";
import { historiesIn, readHistory } from "../history.ts";
import { Interruption } from "../interruption.ts";

/** Thrown when the step has been seen. */
class Seen extends Error {}

/**
 * Takes a run up at its last checkpoint before a step, or from its beginning, and logs the kernels of that
 * step.
 *
 * @param folder The run's folder; it stays as it is.
 * @param scratch A folder of its own, removed afterwards.
 * @throws {InputError} When other code made the run, or it never comes to that step.
 */
export async function kernelsOfStep(
  { manifest, request }: Repeatable,
  folder: string,
  { loop, step }: { readonly loop: string; readonly step: number },
  { device, scratch, note }: {
    readonly device: Device;
    readonly scratch: string;
    readonly note: (text: string) => void;
  },
): Promise<KernelCall[]> {
  const changed = codeChanges(manifest.identity, request.code);
  if (changed.length > 0) {
    throw new InputError(
      `Cannot take up run ${manifest.runId} again: other code made it (${
        changed.slice(0, 3).join(", ")
      }${changed.length > 3 ? ` and ${changed.length - 3} more` : ""}). Check out commit ${
        manifest.git?.commit ?? "of that day"
      } and give the command again.`,
    );
  }
  const partial = join(scratch, `${manifest.runId}.partial`);
  let calls: KernelCall[] | null = null;
  try {
    await Deno.mkdir(partial, { recursive: true });
    await copyEarlier(folder, partial, loop, step);
    await executeRun({
      ...request,
      device,
      commit: () => Promise.resolve(manifest.git),
      directory: scratch,
      rerun: true,
      command: manifest.command,
      progress: { note, finding() {}, advance() {} },
      pace: { seconds: Infinity },
      interruption: new Interruption(),
      watch: {
        loop,
        async around(n, take, weights) {
          if (n !== step) return await take();
          calls = await logKernels(async () => {
            await take();
          }, weights);
          throw new Seen();
        },
      },
    });
  } catch (error) {
    if (!(error instanceof Seen)) throw error;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
  if (calls !== null) return calls;
  throw new InputError(
    `Cannot see step ${step} of ${loop} in run ${manifest.runId}: run again, it ended before that step.`,
  );
}

/** Copies what was saved before a step: the ends of earlier loops, and the last moment of this one. */
async function copyEarlier(from: string, to: string, loop: string, step: number): Promise<void> {
  const positionOf = async (name: string) => (await readHistory(from, name)).position;
  const own = await positionOf(loop);
  const files: string[] = [];
  for (const name of historiesIn(from)) {
    const saved = checkpointFiles(from, name);
    if (name === loop) {
      files.push(...saved.filter((path) => checkpointStep(path) < step).slice(0, 1));
    } else if (await positionOf(name) < own) files.push(...saved.slice(0, 1));
  }
  for (const path of files) await Deno.copyFile(path, join(to, path.slice(from.length)));
  if (files.length > 0) await Deno.copyFile(join(from, "events.jsonl"), join(to, "events.jsonl"));
}
