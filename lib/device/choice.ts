/**
 * Which backend to open, decided from what was asked for and what WebGPU adapter there is.
 *
 * @module
 */

import { DeviceUnfit } from "../numeric/errors.ts";

/** A way to compute. */
export type Backend = "webgpu" | "wasm" | "cpu";

/** What a WebGPU adapter says of itself. */
export interface AdapterSummary {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** A backend and the sentence that says why it was taken. */
export interface Choice {
  readonly backend: Backend;
  readonly why: string;
}

const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|basic render|\bwarp\b/i;

/** Whether an adapter computes on the CPU: by its own word, or by the name of a known software driver. */
export function isSoftware(adapter: AdapterSummary): boolean {
  return adapter.isFallbackAdapter ||
    [adapter.vendor, adapter.architecture, adapter.device, adapter.description]
      .some((text) => SOFTWARE.test(text));
}

/** What to call an adapter in a sentence. */
export function adapterName(adapter: AdapterSummary): string {
  return adapter.description ||
    [adapter.vendor, adapter.architecture, adapter.device].filter((part) => part !== "").join(
      " ",
    ) ||
    "an adapter without a name";
}

/**
 * Chooses the backend. `auto` takes WebGPU when the adapter is real hardware, else WASM; a backend
 * asked for by name is taken as it is.
 *
 * @param wanted What was asked for.
 * @param adapter The WebGPU adapter found, `null` when there is none; not looked at for `wasm` and `cpu`.
 * @throws {DeviceUnfit} When WebGPU is asked for and there is no adapter.
 */
export function chooseBackend(wanted: "auto" | Backend, adapter: AdapterSummary | null): Choice {
  if (wanted === "wasm" || wanted === "cpu") {
    return { backend: wanted, why: `${LABEL[wanted]} was asked for.` };
  }
  if (wanted === "webgpu") {
    if (adapter === null) {
      throw new DeviceUnfit(
        "Cannot open WebGPU: looked for an adapter through Vulkan, Metal, Direct3D 12 and OpenGL and found " +
          "none. WebGPU needs a GPU with its driver, or Mesa's software adapter (Debian package " +
          "mesa-vulkan-drivers; slow, for tests). Install one of them, or use --backend wasm",
      );
    }
    return {
      backend: "webgpu",
      why: isSoftware(adapter)
        ? `WebGPU was asked for; its adapter, ${
          adapterName(adapter)
        }, computes in software and is slow.`
        : `WebGPU was asked for; its adapter is ${adapterName(adapter)}.`,
    };
  }
  if (adapter === null) {
    return { backend: "wasm", why: "WASM was taken because no WebGPU adapter was found." };
  }
  if (isSoftware(adapter)) {
    return {
      backend: "wasm",
      why: `WASM was taken because the only WebGPU adapter, ${adapterName(adapter)}, computes in ` +
        "software; --backend webgpu uses it all the same.",
    };
  }
  return {
    backend: "webgpu",
    why: `WebGPU was taken because its adapter, ${adapterName(adapter)}, is real hardware.`,
  };
}

const LABEL = { wasm: "WASM", cpu: "Plain JavaScript" } as const;
