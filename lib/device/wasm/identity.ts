/**
 * Cloning for the WASM backend without a copy.
 *
 * tfjs-backend-wasm 4.22.0 copies in `Identity`, where its other backends count one more user of the
 * same data, as its own `Reshape` does. A step of training clones everything that a gradient needs.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";

tf.unregisterKernel(tf.Identity, "wasm");
tf.registerKernel({
  kernelName: tf.Identity,
  backendName: "wasm",
  kernelFunc({ inputs, backend }) {
    const { dataId, shape, dtype } = inputs["x"]!;
    (backend as tf.KernelBackend).incRef(dataId);
    return { dataId, shape, dtype };
  },
});
