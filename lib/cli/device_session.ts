/**
 * A device held open for a command that runs something, with progress on stderr and signals heeded.
 *
 * @module
 */

import { closeDevice, type Device, openDevice, type OpenOptions } from "../device/device.ts";
import { Interruption } from "../run/interruption.ts";
import { type ProgressBar, progressBar } from "./progress_bar.ts";
import { stopOnSignals } from "./signals.ts";
import type { Streams } from "./streams.ts";

/** What a command that runs something has at hand. */
export interface DeviceSession {
  readonly device: Device;
  readonly progress: ProgressBar;
  readonly interruption: Interruption;
}

/** Opens a device, hands it to `action`, and closes it whatever happens. */
export async function withDevice<T>(
  streams: Streams,
  options: Pick<OpenOptions, "backend" | "numerics">,
  action: (session: DeviceSession) => Promise<T>,
): Promise<T> {
  const progress = progressBar(streams);
  const interruption = new Interruption();
  using _interrupts = stopOnSignals(interruption, () => {
    progress.stop();
    streams.err("Stopped; what was complete is kept.");
  });
  try {
    const device = await openDevice({ ...options, note: progress.note });
    return await action({ device, progress, interruption });
  } finally {
    progress.stop();
    await closeDevice();
  }
}
