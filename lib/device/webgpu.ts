/**
 * The WebGPU adapter and device, opened by us and not by tfjs, so that errors are watched from the first
 * shader on and the features asked for are the same everywhere.
 *
 * @module
 */

import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { DeviceUnfit } from "../numeric/errors.ts";
import { adapterName, type AdapterSummary } from "./choice.ts";
import { reportFault } from "./health.ts";
import { tf } from "./tf.ts";

/** An open WebGPU device and how to shut it. */
export interface OpenGpu {
  readonly device: GPUDevice;
  close(): void;
}

/** Looks for an adapter; `null` when this machine, or this build of Deno, has none. */
export async function requestAdapter(): Promise<GPUAdapter | null> {
  // `navigator.gpu` is missing in a Deno that was built without WebGPU.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  quietDriver();
  return await gpu?.requestAdapter({ powerPreference: "high-performance" }) ?? null;
}

/**
 * Mesa's drivers print an error when XDG_RUNTIME_DIR is unset, although computing needs no such folder:
 * where we may, we name one.
 */
function quietDriver(): void {
  const variable = "XDG_RUNTIME_DIR";
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return;
  if (Deno.build.os === "linux" && !Deno.env.has(variable)) Deno.env.set(variable, "/tmp");
}

/** The adapter's own description as plain values. */
export function summarise(adapter: GPUAdapter): AdapterSummary {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  return { vendor, architecture, device, description, isFallbackAdapter };
}

/**
 * Opens a device on the adapter and makes it the tfjs backend "webgpu".
 *
 * @throws {DeviceUnfit} When the adapter gives no device.
 */
export async function openGpu(adapter: GPUAdapter): Promise<OpenGpu> {
  const { limits } = adapter;
  const requiredLimits = {
    // What tfjs asks for.
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxBufferSize: limits.maxBufferSize,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    // Joining the steps of a sequence takes one dispatch instead of several.
    maxStorageBuffersPerShaderStage: Math.min(limits.maxStorageBuffersPerShaderStage, 64),
  };
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ requiredLimits });
  } catch (cause) {
    throw new DeviceUnfit(
      `Cannot open WebGPU on ${adapterName(summarise(adapter))}: the adapter refused a device ` +
        `("${(cause as Error).message}"). Update the graphics driver, or use --backend wasm`,
      { cause },
    );
  }
  let closing = false;
  device.addEventListener("uncapturederror", (event) => {
    reportFault((event as GPUUncapturedErrorEvent).error.message);
  });
  device.lost.then(({ reason, message }) => {
    if (!closing) reportFault(`device lost (${reason}): ${message}`);
  });
  // Importing tfjs registered its own way of opening a device.
  if (tf.findBackendFactory("webgpu") !== null) tf.removeBackend("webgpu");
  // tfjs carries its own declarations of the WebGPU types, which differ from Deno's in spelling only.
  tf.registerBackend("webgpu", () => new WebGPUBackend(device as never, adapter.info as never));
  return {
    device,
    close() {
      closing = true;
      device.destroy();
    },
  };
}
