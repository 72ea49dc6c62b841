/**
 * Test support: the same tests once on every backend. A machine without WebGPU fails them, as it should:
 * what is not tested there would be promised all the same (Mesa's software adapter will do).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Backend } from "./choice.ts";
import { closeDevice, openDevice } from "./device.ts";
import { assertHealthy } from "./health.ts";
import { tf } from "./tf.ts";

/** Every backend, the one that takes longest to open first. */
export const BACKENDS: readonly Backend[] = ["webgpu", "wasm", "cpu"];

/**
 * Registers tests on each of `backends`: opens the device, runs the test, and fails it when tensors are
 * left over or the device has reported an error.
 */
export function testEachBackend(
  tests: Readonly<Record<string, (backend: Backend) => void | Promise<void>>>,
  backends: readonly Backend[] = BACKENDS,
): void {
  // Backend by backend, so that each is opened once a file.
  for (const backend of backends) {
    for (const [name, run] of Object.entries(tests)) {
      Deno.test(`${name} [${backend}]`, async () => {
        await openDevice({ backend });
        const before = tf.memory().numTensors;
        await run(backend);
        assertHealthy();
        assertEquals(tf.memory().numTensors - before, 0, "tensors left over");
      });
    }
    Deno.test(`closes ${backend}`, () => closeDevice());
  }
}
