/**
 * Ctrl-C and its kin: the first one lets the run stop in order, the second one ends the process.
 *
 * @module
 */

import type { Interruption, StopSignal } from "../run/interruption.ts";
import { exitStatus } from "./streams.ts";

/**
 * Turns SIGINT and SIGTERM into a request to stop, until disposed. The process ends at once where there is
 * no loop to wait for, and at a second signal.
 *
 * @param leaving Called before the process ends at once.
 */
export function stopOnSignals(interruption: Interruption, leaving: () => void): Disposable {
  const heed = (stopSignal: StopSignal) => () => {
    if (interruption.inLoop && !interruption.signal.aborted) interruption.stop(stopSignal);
    else {
      leaving();
      Deno.exit(exitStatus[stopSignal]);
    }
  };
  const heeded = (["SIGINT", "SIGTERM"] as const).map((name) => [name, heed(name)] as const);
  for (const [name, listener] of heeded) Deno.addSignalListener(name, listener);
  return {
    [Symbol.dispose]() {
      for (const [name, listener] of heeded) Deno.removeSignalListener(name, listener);
    },
  };
}
