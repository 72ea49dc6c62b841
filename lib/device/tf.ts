/**
 * The one door to TensorFlow.js. Everything else imports `tf` and `tfl` from here, so that the upkeep
 * of tfjs stays a matter of one file, and so that these three things are never forgotten: kernels
 * register themselves on import of a backend, gradients on import of tfjs-layers, and chained methods
 * (`a.add(b)`) not at all: write `tf.add(a, b)`.
 *
 * Never used from it: its random functions (`seed: 0` means unseeded there) and `dataSync` (fails on
 * WebGPU under Deno). Randomness comes from `lib/random`, values from `readBack`.
 *
 * @module
 */

import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgpu";
import "./wasm/identity.ts";
import "./wasm/slice.ts";

/** Tensors, operations and gradients. */
export * as tf from "@tensorflow/tfjs-core";
/** Layers and models. */
export * as tfl from "@tensorflow/tfjs-layers";
