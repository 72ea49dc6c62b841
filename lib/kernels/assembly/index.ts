// The exports of both binaries. No file here keeps state in memory: every pointer comes from the caller.
export * from "./constants";
export { multiplyAdd } from "./lanes";
export { exp, log, sigmoid, tanh } from "./elementary";
export { gemm, gemmScratchBytes } from "./gemm";
export {
  tile1Wide, tile2Wide, tile3Wide, tile4Wide, tile5Wide,
  tile1Narrow, tile2Narrow, tile3Narrow, tile4Narrow, tile5Narrow,
} from "./gemm_tile";
export { lstmForward, lstmForwardScratchBytes } from "./lstm_forward";
export { lstmBackward, lstmBackwardScratchBytes } from "./lstm_backward";
export { lstmInputs, lstmInputsScratchBytes } from "./lstm_inputs";
export { layerNorm, layerNormInput, layerNormWeights } from "./layer_norm";
export { batchNorm, batchNormInput, batchNormWeights } from "./batch_norm";
export { rowSumScratchBytes } from "./row_sums";
