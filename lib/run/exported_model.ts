/**
 * The export of a run's model: the file, and beside it what the check found and how long a prediction takes.
 *
 * @module
 */

import type { tfl } from "../device/tf.ts";
import type { ExportedModel, ExportModelOptions } from "../experiment/types.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { checkParity } from "../onnx/check.ts";
import { exportOnnx } from "../onnx/export.ts";
import { measureLatency } from "../onnx/latency.ts";
import { hasWebGpu, type Provider } from "../onnx/runtime.ts";
import { openSession, type Session } from "../onnx/sessions.ts";
import { seconds, timestamp } from "./clock.ts";

/** Single inferences that are timed. */
const CALLS = 1000;

/** What an export needs of its run. */
export interface ExportRequest {
  /** Where the file goes in the run's folder, without suffix: `model/v1`. */
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  write(path: string, contents: string | Uint8Array): Promise<void>;
  note(text: string): void;
}

/**
 * Writes `<path>.onnx` and `<path>.onnx.json`, its check and its latency.
 *
 * @throws {Error} When the file predicts otherwise than the model on WASM: then it is not the model.
 */
export async function exportRunsModel(
  model: tfl.LayersModel,
  options: ExportModelOptions,
  { path, metadata, write, note }: ExportRequest,
): Promise<ExportedModel> {
  const file = await exportOnnx(model, {
    ...options,
    metadata: { ...metadata, ...options.metadata },
  });
  const source = `${path}.onnx`;
  await write(source, file);
  const on = async <T>(provider: Provider, action: (session: Session) => Promise<T>) => {
    const session = await openSession(file, { provider, source });
    try {
      return await action(session);
    } finally {
      await session.close();
    }
  };
  const check = (session: Session) => checkParity(model, session, options);
  const parity = await on("wasm", check);
  if (parity.verdict === "different") {
    throw new Error(
      `Cannot let ${source} leave the run: it predicts otherwise than the model that was trained, by up to ` +
        `${parity.maxRelative} instead of ${parity.limit}. Find the layer whose translation in lib/onnx is wrong`,
    );
  }
  const gpu = await hasWebGpu() ? await on("webgpu", check) : null;
  if (gpu?.verdict === "different") {
    note(
      `${source} predicts otherwise on this machine's WebGPU, by up to ${gpu.maxRelative} instead of ` +
        `${gpu.limit}; on WASM it is right, so that the difference is the adapter's.`,
    );
  }
  const exported = {
    bytes: file.length,
    createdAt: timestamp(),
    parity: { wasm: parity, webgpu: gpu },
    latency: await on(
      "wasm",
      (session) => measureLatency(session, { ...options, calls: CALLS, clock: seconds }),
    ),
  };
  await write(`${source}.json`, `${canonicalJson(exported, { indent: 2 })}\n`);
  return exported;
}
