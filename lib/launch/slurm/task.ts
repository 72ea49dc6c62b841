/**
 * The program of an array's task: it makes one run of the manifest and leaves word of how that ended.
 * SIGTERM, which Slurm sends when it cancels, requeues or ends a job at its time limit, stops the run
 * after a checkpoint; started again, the task goes on from there.
 *
 * @module
 */

import { Worker } from "../worker.ts";
import { readManifest, writeEnd } from "./folder.ts";
import { orderAt } from "./manifest.ts";

if (import.meta.main) {
  const [folder, index, memory] = Deno.args;
  const task = Number(index);
  const worker = new Worker((message) => {
    // How it goes stands in the run's log.
    if (["note", "finding", "advance"].includes(message.kind)) return;
    writeEnd(folder!, task, message as Parameters<typeof writeEnd>[2]);
  }, memory === undefined ? null : Number(memory));
  Deno.addSignalListener("SIGTERM", () => worker.stop("SIGTERM"));
  writeEnd(folder!, task, null);
  await worker.run(orderAt(readManifest(folder!)!, task));
  Deno.exit(0);
}
