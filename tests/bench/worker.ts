/**
 * One system on one case in a process of its own: `worker.ts assay`, `tfjs` or `jax-js`, spoken to as
 * `protocol.ts` says. (PyTorch's worker is `peers/torch_steps.py`.)
 *
 * @module
 */

import { CannotRun, type Request, type Task } from "./protocol.ts";
import { readLines } from "./lines.ts";
import { calibrate, measure, type RunSteps } from "./timing.ts";

/** A network under training. */
export interface Training {
  readonly run: RunSteps;
  readonly parameters: number;
  readonly about: string;
}

/** Builds a task's network; throws `CannotRun` with the reason where the system cannot. */
export type OpenTraining = (task: Task) => Promise<Training>;

const systems: Readonly<Record<string, () => Promise<{ readonly open: OpenTraining }>>> = {
  "assay": () => import("./assay.ts"),
  "tfjs": () => import("./peers/tfjs.ts"),
  "jax-js": () => import("./peers/jax_js.ts"),
};

function say(message: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
}

if (import.meta.main) {
  const requests = readLines(Deno.stdin.readable);
  const task = JSON.parse((await requests.next()).value!) as Task;
  try {
    const { open } = await systems[Deno.args[0]!]!();
    const { run, parameters, about } = await open(task);
    const steps = await calibrate(run, task);
    say({ ready: true, parameters, about });
    for await (const line of requests) {
      const times = await measure(run, steps, (JSON.parse(line) as Request).seconds);
      say({ runs: [{ setting: "", times }] });
    }
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    say({ leftOut: error.message });
  }
  // Threads of the systems would keep the process alive.
  Deno.exit(0);
}
