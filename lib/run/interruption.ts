/**
 * Stopping a run so that it can go on: the step is finished, a checkpoint written.
 *
 * @module
 */

/** Signals that end a run in order. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** Exit status of a process that such a signal ended. */
export const signalStatus: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** The run was stopped by a signal after a checkpoint was written. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(readonly stopSignal: StopSignal) {
    super(
      `Stopped by ${stopSignal}. Give the command again, and it goes on from its last checkpoint`,
    );
  }
}

/** A request to stop, for the loops of a run to heed. */
export class Interruption {
  readonly #controller = new AbortController();
  #loops = 0;

  /** Aborted when the run is to stop; its reason is an {@linkcode Interrupted}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Somebody heeds the signal: a loop, which stops after its step, or a pool of processes with loops. */
  get inLoop(): boolean {
    return this.#loops > 0;
  }

  stop(stopSignal: StopSignal): void {
    this.#controller.abort(new Interrupted(stopSignal));
  }

  /** Runs a loop that heeds the signal. */
  async during<T>(loop: () => Promise<T>): Promise<T> {
    using _heeding = this.heeding();
    return await loop();
  }

  /** Says that the signal is heeded, until disposed. */
  heeding(): Disposable {
    this.#loops++;
    return { [Symbol.dispose]: () => void this.#loops-- };
  }
}
