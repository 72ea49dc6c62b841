/**
 * Whether the open device is still good. WebGPU reports a rejected shader or a lost device as an
 * event beside the program, which would otherwise compute on with zeros: the first such report is
 * kept here, and {@linkcode assertHealthy} turns it into an error at the next read-back.
 *
 * @module
 */

import { DeviceUnfit } from "../numeric/errors.ts";

let fault: string | null = null;

/** Records what went wrong with the device. The first report stays. */
export function reportFault(what: string): void {
  fault ??= what.trim().replaceAll(/\s*\n\s*/g, " ");
}

/** Forgets the fault of a device that is closed. */
export function clearFault(): void {
  fault = null;
}

/**
 * Says that nothing has gone wrong on the device so far. `readBack` calls it after every map, so a
 * program that reads its results cannot miss a fault.
 *
 * @throws {DeviceUnfit} With the first error the device reported since it was opened.
 *
 * @example
 * ```ts
 * import { assertHealthy, openDevice } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * assertEquals(assertHealthy(), undefined);
 * ```
 */
export function assertHealthy(): void {
  if (fault !== null) {
    throw new DeviceUnfit(
      `Cannot trust the results of this run: the device reported "${fault}" while it computed. Nothing ` +
        "computed since it was opened is to be used. Run again; if it comes back, update the graphics driver " +
        "or use --backend wasm",
    );
  }
}
