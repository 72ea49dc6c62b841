/**
 * The same training has the same bits: on any number of threads, and as often as it is asked for.
 */

import { assertEquals, assertNotEquals } from "@std/assert";
import { closeDevice, openDevice } from "../lib/device/device.ts";
import { trainedDigest } from "../lib/train/testing.ts";

Deno.test("on WASM the number of threads changes no bit, the arithmetic does", async () => {
  const digests: Record<string, Set<string>> = { auto: new Set(), strict: new Set() };
  let fused = false;
  for (const numerics of ["auto", "strict"] as const) {
    for (const threads of [1, 2, 3, 5]) {
      const device = await openDevice({ backend: "wasm", numerics, threads });
      fused ||= device.numerics === "wasm-fma";
      digests[numerics]!.add(await trainedDigest(3));
    }
    assertEquals(digests[numerics]!.size, 1, numerics);
  }
  await closeDevice();
  if (fused) assertNotEquals(digests["auto"], digests["strict"]);
});

Deno.test("on WebGPU the same training has the same bits, 20 times out of 20", async () => {
  await openDevice({ backend: "webgpu" });
  const digests = new Set<string>();
  for (let run = 0; run < 20; run++) digests.add(await trainedDigest(1));
  assertEquals(digests.size, 1);
  await closeDevice();
});
