/**
 * The program of a process in the pool: it makes the runs it is told to, one after another. It ends when
 * its input does: after a checkpoint where a run is in progress, for then whoever started it is gone.
 *
 * @module
 */

import { Worker } from "../worker.ts";
import { type Instruction, linesOf, type Message, messageLine } from "./protocol.ts";

/** @param memory Megabytes that the process may take; `null` for as many as there are. */
async function work(memory: number | null): Promise<never> {
  const worker = new Worker(tell, memory);
  // A terminal sends Ctrl-C to whoever started this process too, which passes it on in order.
  Deno.addSignalListener("SIGINT", () => {});
  Deno.addSignalListener("SIGTERM", () => worker.stop("SIGTERM"));
  tell({ kind: "ready", program: Deno.execPath() });
  for await (const line of linesOf(Deno.stdin.readable)) {
    const instruction: Instruction = JSON.parse(line);
    if (instruction.kind === "run") worker.run(instruction.order);
    else worker.stop(instruction.signal);
  }
  if (!worker.busy) Deno.exit(0);
  worker.stop("SIGTERM");
  return await new Promise(() => {});
}

function tell(message: Message): void {
  const bytes = new TextEncoder().encode(messageLine(message));
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch (error) {
    // Nobody listens any more, which the end of the input says too.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

if (import.meta.main) {
  const [memory] = Deno.args;
  await work(memory === undefined ? null : Number(memory));
}
