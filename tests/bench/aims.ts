/**
 * What we aim for beside the rivals, on all cores: shown with every ratio, met or missed.
 *
 * @module
 */

import type { BenchBackend } from "./protocol.ts";

/** Times that stock tfjs takes of our step, at least; times that we take of PyTorch's, at most. */
export interface Aim {
  readonly tfjs?: number;
  readonly torch?: number;
}

const wasm: Readonly<Record<string, Aim>> = {
  "lstm-h64": { tfjs: 20, torch: 1.3 },
  "lstm-h128": { tfjs: 20, torch: 1.6 },
  "lstm-h256": { tfjs: 20, torch: 1.6 },
  "lstm-128-64": { tfjs: 20, torch: 1 },
  "bandwidth-540k": { tfjs: 20, torch: 1.6 },
  "bilstm-64-32": { tfjs: 20, torch: 1 },
  "stream-h64-tbptt50": { tfjs: 20, torch: 1 },
  "nature-cnn": { torch: 2 },
  "mlp-dqn": { torch: 1.3 },
};

/** On Mesa's software adapter; a GPU has rivals of its own. */
const webgpu: Readonly<Record<string, Aim>> = {
  "lstm-h64": { tfjs: 8 },
  "lstm-h128": { tfjs: 3 },
  "lstm-h256": { tfjs: 3 },
  "lstm-128-64": { tfjs: 3 },
  "bandwidth-540k": { tfjs: 3 },
  "bilstm-64-32": { tfjs: 8 },
  "stream-h64-tbptt50": { tfjs: 8 },
  "nature-cnn": { tfjs: 8 },
  "mlp-dqn": { tfjs: 3 },
};

/** The aim of a case. */
export function aimOf(name: string, backend: BenchBackend): Aim {
  return { wasm, webgpu }[backend][name] ?? {};
}
