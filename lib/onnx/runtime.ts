/**
 * Starting onnxruntime-web. It is two builds, for WASM and for WebGPU, each with its own memory; a build is
 * loaded when the first session asks for it.
 *
 * @module
 */

import { requestAdapter } from "../device/webgpu.ts";
import { DeviceUnfit } from "../numeric/errors.ts";

/** Where a session computes. */
export type Provider = "wasm" | "webgpu";

/** A build of onnxruntime-web. */
export type Runtime = typeof import("onnxruntime-web");

const started = new Map<Provider, Promise<Runtime>>();

/**
 * The build of a provider, started.
 *
 * @throws {DeviceUnfit} When WebGPU is asked for and there is no adapter.
 */
export async function runtimeFor(provider: Provider): Promise<Runtime> {
  if (provider === "webgpu" && !await hasWebGpu()) {
    throw new DeviceUnfit(
      "Cannot open a session on WebGPU: this machine has no adapter. Use the provider wasm",
    );
  }
  const runtime = started.get(provider) ?? start(provider);
  started.set(provider, runtime);
  return await runtime;
}

/** Whether this machine has what `webgpu` needs. */
export async function hasWebGpu(): Promise<boolean> {
  return await requestAdapter() !== null;
}

async function start(provider: Provider): Promise<Runtime> {
  const runtime: Runtime = provider === "wasm"
    ? await import("onnxruntime-web")
    : await import("onnxruntime-web/webgpu");
  // One thread, so that results do not depend on the machine's.
  runtime.env.wasm.numThreads = 1;
  // Starting leaves a message channel open, and node's workers where the platform's were.
  const { MessageChannel: Channel, Worker } = globalThis;
  const opened: MessageChannel[] = [];
  globalThis.MessageChannel = class extends Channel {
    constructor() {
      super();
      opened.push(this);
    }
  };
  try {
    // It starts with the first session, here of no model, which it refuses.
    await runtime.InferenceSession.create(new Uint8Array()).catch(() => {});
  } finally {
    Object.assign(globalThis, { MessageChannel: Channel, Worker });
    opened.forEach(({ port1, port2 }) => [port1, port2].forEach((port) => port.close()));
  }
  return runtime;
}
