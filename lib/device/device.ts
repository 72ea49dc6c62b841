/**
 * Opening a device: choose a backend, set the flags that make it deterministic, test it, refuse it with the
 * reason when it fails.
 *
 * @module
 */

import { DeviceUnfit } from "../numeric/errors.ts";
import {
  adapterName,
  type AdapterSummary,
  type Backend,
  type Choice,
  chooseBackend,
} from "./choice.ts";
import { setDeterministicFlags } from "./flags.ts";
import { clearFault } from "./health.ts";
import { selfTest, type SelfTestReport, unfitBecause } from "./selftest.ts";
import { tf } from "./tf.ts";
import type { Rounding } from "./wasm/load.ts";
import { openWasm } from "./wasm/open.ts";
import { openGpu, requestAdapter, summarise } from "./webgpu.ts";

/** An open device. */
export interface Device {
  readonly backend: Backend;
  /** One sentence: what was chosen and why. */
  readonly why: string;
  /** What the WebGPU adapter says of itself; `null` on the other backends. */
  readonly adapter: Readonly<Record<string, string | number | boolean>> | null;
  /**
   * The arithmetic: `wasm-fma` or `wasm-strict` (IEEE f32, a multiply-add rounded once or twice), `js` (this
   * engine's arithmetic), or `webgpu:` with the adapter's name and the fingerprint of its arithmetic.
   */
  readonly numerics: string;
  /** What equality a run on it promises: the same bits wherever `numerics` is the same, or on this device. */
  readonly promise: "exact" | "same-device";
  /** For people. */
  readonly name: string;
  readonly selfTest: SelfTestReport;
}

/** Settings of {@linkcode openDevice}. */
export interface OpenOptions {
  /** `auto` takes WebGPU when the adapter is real hardware, else WASM. */
  readonly backend: "auto" | Backend;
  /**
   * On WASM, `strict` rounds every product, so that the bits are those of any machine; `auto` fuses
   * multiply-adds where the CPU does. No difference on the other backends. Default `auto`.
   */
  readonly numerics?: "auto" | "strict";
  /** Threads of the WASM kernels; results do not depend on it. Default: `ASSAY_THREADS`, else one for each core. */
  readonly threads?: number;
  /** Told, in a sentence, which backend was taken and why. */
  readonly note?: (text: string) => void;
}

let open: { readonly device: Device; readonly asked: string; close(): Promise<void> } | null = null;

/**
 * Opens a device for everything that computes. One is open at a time: asking for the one that is open
 * gives it again; asking for another closes it, and its tensors with it.
 *
 * @throws {DeviceUnfit} When WebGPU is asked for and absent, or the device fails its self-test.
 *
 * @example
 * ```ts
 * import { openDevice } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const device = await openDevice({ backend: "wasm" });
 * assertEquals([device.backend, device.promise], ["wasm", "exact"]);
 * ```
 */
export async function openDevice(options: OpenOptions): Promise<Device> {
  return await openTested(options, unfitBecause);
}

/** {@linkcode openDevice} with the judge of the self-test given, so that tests can see a refusal. */
export async function openTested(
  { backend: wanted, numerics = "auto", threads, note }: OpenOptions,
  judge: (report: SelfTestReport) => string | null,
): Promise<Device> {
  const gpu = wanted === "auto" || wanted === "webgpu" ? await requestAdapter() : null;
  const adapter = gpu === null ? null : summarise(gpu);
  const choice = chooseBackend(wanted, adapter);
  note?.(choice.why);
  // On WASM another arithmetic or number of threads is another device.
  const asked = choice.backend === "wasm" ? `wasm ${numerics} ${threads}` : choice.backend;
  if (open?.asked === asked) return open.device;
  await closeDevice();

  setDeterministicFlags();
  const opened = choice.backend === "webgpu" ? await openGpu(gpu!) : null;
  const wasm = choice.backend === "wasm"
    ? await openWasm({
      strict: numerics === "strict",
      ...(threads === undefined ? {} : { threads }),
    })
    : null;
  await setBackend(choice.backend);
  const close = async () => {
    // Frees the backend's memory; tfjs starts it anew when it is asked for again.
    restartable(choice.backend);
    opened?.close();
    await wasm?.close();
    clearFault();
  };
  let report: SelfTestReport;
  try {
    report = await selfTest(opened?.device ?? null);
  } catch (cause) {
    await close();
    throw cause instanceof DeviceUnfit
      ? cause
      : refusal(choice, adapter, `it stopped with "${cause}"`);
  }
  const reason = judge(report);
  if (reason !== null) {
    await close();
    throw refusal(choice, adapter, reason);
  }
  open = { device: describe(choice, adapter, report, wasm?.pool.rounding), asked, close };
  return open.device;
}

/**
 * Closes the open device, if there is one, and everything that lives on it.
 *
 * @example
 * ```ts
 * import { closeDevice, openDevice } from "assay";
 * import { assert } from "@std/assert";
 *
 * const first = await openDevice({ backend: "wasm" });
 * await closeDevice();
 * assert(await openDevice({ backend: "wasm" }) !== first);
 * ```
 */
export async function closeDevice(): Promise<void> {
  const closing = open;
  open = null;
  await closing?.close();
  // Lets the loss of a closed GPU device arrive while it is still expected.
  await Promise.resolve();
}

async function setBackend(backend: Backend): Promise<void> {
  let failure: unknown = "tfjs gave no reason";
  try {
    if (await tf.setBackend(backend)) return;
  } catch (cause) {
    failure = cause;
  }
  throw new DeviceUnfit(
    `Cannot open the backend "${backend}": ${failure}. With "wasm", tfjs must be allowed to read its ` +
      ".wasm file in Deno's npm cache (--allow-read); use --backend cpu to compute without it",
  );
}

/** Removes a backend from tfjs and leaves its factory behind. */
function restartable(backend: Backend): void {
  const factory = tf.findBackendFactory(backend);
  tf.removeBackend(backend);
  if (backend === "cpu") tf.registerBackend(backend, factory);
}

function refusal(choice: Choice, adapter: AdapterSummary | null, reason: string): DeviceUnfit {
  return new DeviceUnfit(
    `Cannot compute on ${nameOf(choice.backend, adapter)}: its self-test found that ${reason}. ` +
      `${choice.why} A device that fails its self-test is never used: ${WAY_OUT[choice.backend]}`,
  );
}

const WAY_OUT: Readonly<Record<Backend, string>> = {
  webgpu: "update the graphics driver, or use --backend wasm",
  wasm: "update Deno, or use --backend cpu",
  cpu: "update Deno, or use --backend wasm",
};

function nameOf(backend: Backend, adapter: AdapterSummary | null): string {
  if (backend === "webgpu") return `WebGPU on ${adapterName(adapter!)}`;
  return backend === "wasm" ? "WASM SIMD" : "plain JavaScript";
}

function numericsOf(
  backend: Backend,
  adapter: AdapterSummary | null,
  report: SelfTestReport,
  rounding: Rounding | undefined,
): string {
  if (backend === "webgpu") {
    return `webgpu:${adapterName(adapter!)}:${report.arithmetic!.fingerprint}`;
  }
  if (backend === "cpu") return "js";
  return rounding === "fused" ? "wasm-fma" : "wasm-strict";
}

function describe(
  choice: Choice,
  adapter: AdapterSummary | null,
  report: SelfTestReport,
  rounding: Rounding | undefined,
): Device {
  const { backend, why } = choice;
  return {
    backend,
    why,
    adapter: backend === "webgpu" ? { ...adapter! } : null,
    numerics: numericsOf(backend, adapter, report, rounding),
    // V8's own exp and tanh may be compiled with or without fused multiply-add: no promise across machines.
    promise: backend === "wasm" ? "exact" : "same-device",
    name: nameOf(backend, adapter),
    selfTest: report,
  };
}
